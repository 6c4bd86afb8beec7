import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A folder below `.datalab` that only its owner reads; made when it is missing. */
export function privateFolder(top: string, name: string): string {
  const base = join(top, ".datalab");
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(base, 0o700);
  chmodSync(folder, 0o700);
  return folder;
}

/** Writes a file that only its owner reads. */
export function writePrivate(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** The same, so that at no moment the file is half written. */
export function replacePrivate(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.new`;
  writePrivate(temporary, content);
  renameSync(temporary, file);
}
