import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentName } from "./workspace";

/** The copy of the repository that the tests deploy from. */
export function workspace(): string {
  const folder = process.env["DATALAB_WORKSPACE"];
  if (folder === undefined) throw new Error("there is no workspace: the global set-up makes it");
  return folder;
}

export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

function childEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, DATALAB_ENV: environmentName, NO_COLOR: "1" };
}

/** Runs our command as a user would, for the tests' environment. */
export function datalab(...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync("./datalab", args, {
    cwd: workspace(),
    encoding: "utf8",
    env: childEnvironment(),
    maxBuffer: 64 * 1024 * 1024,
  });
  return { exitCode: status ?? -1, output: stdout + stderr };
}

/**
 * Runs our command.
 *
 * @returns what it wrote to standard output, as JSON
 * @throws Error with its whole output when it does not succeed.
 */
export function datalabJson(...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync("./datalab", [...args, "--json"], {
    cwd: workspace(),
    encoding: "utf8",
    env: childEnvironment(),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`datalab ${args.join(" ")}: ${String(status)}\n${stdout}${stderr}`);
  return JSON.parse(stdout) as unknown;
}

/**
 * Runs our command and expects success.
 *
 * @throws Error with its whole output when it fails.
 */
export function succeed(...args: string[]): string {
  const { exitCode, output } = datalab(...args);
  if (exitCode !== 0) throw new Error(`datalab ${args.join(" ")}: exit code ${exitCode}\n${output}`);
  return output;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Outcome>;
}

/** Starts our command and lets it run. */
export function start(...args: string[]): Started {
  const child = spawn("./datalab", args, {
    cwd: workspace(),
    env: childEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ exitCode: code ?? -1, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
  if (child.pid === undefined) throw new Error("datalab did not start");
  return { pid: child.pid, ended };
}

/** Value of one of the environment's secrets, from its file. */
export function secret(id: string): string {
  return readFileSync(join(workspace(), ".datalab/secrets", environmentName, id), "utf8");
}

/** Folder of a synthesised stack. */
export function stackFolder(part: string): string {
  return join(workspace(), "cdktf.out/stacks", `${environmentName}-${part}`);
}

/** What `status --json` prints. */
export interface Status {
  readonly environment: string;
  readonly components: readonly {
    readonly component: string;
    readonly group: string;
    readonly state: string;
    readonly health: string;
    readonly replicas: unknown;
    readonly endpoints: readonly unknown[];
  }[];
}
