import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigurationError } from "./errors";

/** Ends the name of a file that is still being written. */
const unfinished = ".unfinished";
/** Age from which nobody works on an unfinished file any more; writing one takes milliseconds. */
const abandonedMs = 3_600_000;

/**
 * A folder that only its owner reads; made when it is missing.
 *
 * @param top an existing folder, which stays as it is
 * @param path names below it; each of these folders becomes private
 * @throws ConfigurationError when one of them is a symbolic link or no folder.
 */
export function privateFolder(top: string, ...path: readonly string[]): string {
  return path.reduce((parent, name) => {
    const folder = join(parent, name);
    if (ownEntry(folder) === undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const entry = ownEntry(folder);
    if (entry?.isDirectory() === false) {
      throw new ConfigurationError(`${folder} is not a folder. Move it away and run the command again.`);
    }
    // Only the owner may change the mode, so a mode that is right already is left alone.
    if (entry !== undefined && (entry.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
    return folder;
  }, top);
}

/**
 * The content of a private file, or undefined where there is none.
 *
 * @throws ConfigurationError when it is a symbolic link.
 */
export function readPrivate(file: string): Buffer | undefined {
  return ownEntry(file) === undefined ? undefined : readFileSync(file);
}

/** Writes a file that only its owner reads. Whatever happens, it has either its old or its new content. */
export function writePrivate(file: string, content: string | Uint8Array): void {
  movePrivate(writeBeside(file, content), file);
}

/** Puts a complete file in the place of another one of the same folder. */
export function movePrivate(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/**
 * The same for a file that must not exist yet. Of several processes one makes the file.
 *
 * @returns whether it was this one
 * @throws ConfigurationError when there is a symbolic link in its place, or the file system has no hard links.
 */
export function createPrivate(file: string, content: string | Uint8Array): boolean {
  if (ownEntry(file) !== undefined) return false;
  const temporary = writeBeside(file, content);
  try {
    // Unlike a rename, a link fails when the name is taken.
    linkSync(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
    throw new ConfigurationError(
      `${dirname(file)} is on a file system without hard links, which keep two commands from writing different secrets. ` +
        "Put the checkout on a local file system.",
    );
  } finally {
    rmSync(temporary);
  }
  syncFolder(dirname(file));
  return true;
}

/** Removes what interrupted commands have left half written in a folder. */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(unfinished)) continue;
    const file = join(folder, name);
    const entry = lstatSync(file, { throwIfNoEntry: false });
    if (entry !== undefined && Date.now() - entry.mtimeMs > abandonedMs) rmSync(file, { force: true });
  }
}

/** What is at a path, or undefined for nothing. */
function ownEntry(path: string): Stats | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink() === true) {
    throw new ConfigurationError(
      `${path} is a symbolic link. Secrets and states are written to real files and folders only, ` +
        "so that nothing outside the checkout is changed. Replace the link by what it leads to, or remove it.",
    );
  }
  return entry;
}

/** Writes a new file next to `file` and waits until it is on the disk. */
function writeBeside(file: string, content: string | Uint8Array): string {
  const temporary = join(
    dirname(file),
    `.${basename(file)}.${process.pid}-${randomBytes(4).toString("hex")}${unfinished}`,
  );
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return temporary;
}

/** Without it a new name may be lost in a power failure, though the file's content is on the disk. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
