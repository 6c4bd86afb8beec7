import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";

/** Hash of plain data, as 12 hexadecimal digits. Keys count in the order in which they were set. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}

/**
 * Hash over paths, executable bits and contents of a folder, and over `extra`; the same on every machine.
 * What the folder's `.dockerignore` names does not count, because no build sees it.
 */
export function hashOfFolder(folder: string, extra: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(extra));
  for (const name of buildContext(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    const kind = stat.isSymbolicLink() ? "l" : (stat.mode & 0o100) !== 0 ? "x" : "-";
    hash.update(`\0${name}\0${kind}\0`).update(kind === "l" ? readlinkSync(path) : readFileSync(path));
  }
  return hash.digest("hex").slice(0, 12);
}

/** The files and links that a build with this folder as its context gets to see: sorted paths with `/` between folders. */
export function buildContext(folder: string): string[] {
  const names = filesBelow(folder, "").sort();
  const rules = join(folder, ".dockerignore");
  if (!existsSync(rules)) return names;
  const ignored = dockerignore().add(readFileSync(rules, "utf8"));
  // Docker hands its builds the Dockerfile even when it is ignored.
  return names.filter((name) => name === "Dockerfile" || !ignored.ignores(name));
}

/** Not by `readdirSync`'s own recursion, which does not say before Node 20.12 in which folder an entry is. */
function filesBelow(top: string, below: string): string[] {
  return readdirSync(join(top, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(top, name);
    return entry.isFile() || entry.isSymbolicLink() ? [name] : [];
  });
}
