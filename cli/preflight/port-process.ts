import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { PublishedPort } from "../model/description";
import { childEnvironment } from "../process-environment";

const listening = "0A";

/** Who listens on a port, as `process 12 (nginx)`, or why that is not known. */
export function processHolding(port: PublishedPort, platform: NodeJS.Platform = process.platform): string {
  switch (platform) {
    case "linux":
      return fromProc(port) ?? "a process that this account cannot see (root can: sudo ss -ltnup)";
    case "darwin":
      return fromLsof(port) ?? "a process that this account cannot see (root can: sudo lsof -nP -i)";
    default:
      return `another process; datalab cannot tell which one on ${platform}`;
  }
}

/** Asks lsof, which macOS has. */
function fromLsof({ port, protocol }: PublishedPort): string | undefined {
  const state = protocol === "tcp" ? ["-sTCP:LISTEN"] : [];
  const { stdout } = spawnSync("lsof", ["-nP", `-i${protocol.toUpperCase()}:${port}`, ...state, "-Fpc"], {
    encoding: "utf8",
    env: childEnvironment({}),
    timeout: 5000,
  });
  // One field a line, the letter of the field in front. Without lsof there is no output.
  const [, pid, command] = /^p(\d+)\nc(.*)$/m.exec(stdout || "") ?? [];
  return pid === undefined || command === undefined ? undefined : `process ${pid} (${command})`;
}

function fromProc({ port, protocol }: PublishedPort): string | undefined {
  const inodes = new Set(
    [`/proc/net/${protocol}`, `/proc/net/${protocol}6`]
      .filter((file) => existsSync(file))
      .flatMap((file) => socketInodes(readFileSync(file, "utf8"), port, protocol === "tcp")),
  );
  if (inodes.size === 0) return undefined;
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && holdsSocket(name, inodes));
  return pid === undefined ? undefined : `process ${pid} (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()})`;
}

/**
 * Inodes of the sockets on a port, out of a table like /proc/net/tcp.
 *
 * @param onlyListening whether connected sockets are left out
 */
export function socketInodes(text: string, port: number, onlyListening: boolean): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => local.endsWith(`:${wanted}`) && (!onlyListening || state === listening))
    .flatMap((fields) => fields[9] ?? []);
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((name) => {
      const link = readlinkSync(`${folder}/${name}`);
      return link.startsWith("socket:[") && inodes.has(link.slice("socket:[".length, -1));
    });
  } catch (error) {
    // Processes end while one looks, and those of other accounts cannot be looked at.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES" || code === "EPERM" || code === "ESRCH") return false;
    throw error;
  }
}
