import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Hash of plain data, as 12 hexadecimal digits. Keys count in the order in which they were set. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}

/** Hash over paths, executable bits and contents of a folder, and over `extra`; the same on every machine. */
export function hashOfFolder(folder: string, extra: unknown): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: relative(folder, path).split(sep).join("/") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const hash = createHash("sha256").update(JSON.stringify(extra));
  for (const { path, name } of entries) {
    const executable = (statSync(path).mode & 0o100) !== 0;
    hash.update(`\0${name}\0${executable ? "x" : "-"}\0`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 12);
}
