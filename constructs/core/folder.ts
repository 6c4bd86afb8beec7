import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { buildContext, hashOf, hashOfFolder } from "./content-hash";
import { complain } from "./errors";
import { projectFolder } from "./project";

/** The largest folder, in bytes: it travels through the engine's API with every container that has it. */
const largest = 10 * 1024 * 1024;

/** A file of a folder. */
export interface FolderFile {
  /** Path below the folder, with `/` between its parts. */
  readonly path: string;
  readonly executable: boolean;
  /** What it holds. Undefined: what the repository's file holds. */
  readonly content?: string;
}

/** A folder of the repository that services can read; targets identify each of its files by its content. */
export class Folder {
  /** Whether the sources make its files, so that nothing of it lies in the repository. */
  readonly generated: boolean = false;

  /**
   * @param path relative to the repository's top, with `/` between its parts
   * @param hash of its content when it was read; see `contentOfFolder`
   */
  constructor(
    readonly path: string,
    readonly files: readonly FolderFile[],
    readonly hash: string,
  ) {}
}

/**
 * A folder that is in no repository, for `trees`: files that are made when every component exists.
 *
 * @param name of the folder among those of its group, for example `dashboards`
 * @param make gives contents by path below the folder
 */
export function generatedFolder(name: string, make: () => Readonly<Record<string, string>>): Folder {
  let made: readonly FolderFile[] | undefined;
  const files = (): readonly FolderFile[] =>
    (made ??= Object.entries(make()).map(([path, content]) => ({ path, executable: false, content })));
  return Object.create(Folder.prototype, {
    path: { value: name, enumerable: true },
    generated: { value: true },
    files: { get: files, enumerable: true },
    hash: { get: () => hashOf(files()), enumerable: true },
  }) as Folder;
}

/** What a folder holds now, as a hash over paths, executable bits and contents; undefined where there is none. */
export function contentOfFolder(path: string, top: string): string | undefined {
  const absolute = join(top, path);
  return isFolder(absolute) ? hashOfFolder(absolute, path) : undefined;
}

/**
 * A folder of the repository, for `trees`. What its `.dockerignore` names is left out.
 *
 * @param path relative to the repository's top, for example `workloads/dags`
 * @param top the repository's top. Default: this one
 * @throws ConfigurationError when there is no such folder, it is hidden, outside the repository or empty, holds
 *   links or lies behind one, or has more than 10 MB.
 */
export function folder(path: string, top: string = projectFolder()): Folder {
  const normal = posix.normalize(path).replace(/\/$/, "");
  const absolute = join(top, normal);
  const refusal = (given: string, allowed: string, remedy: string): Error =>
    complain({ key: `folder ${path}`, given, allowed, remedy });
  // Among the hidden ones are the secrets and the history.
  if (/^[./]/.test(normal)) {
    throw refusal(
      normal,
      "a folder below the repository's top that is not hidden",
      "Move it there, or correct the path.",
    );
  }
  if (!isFolder(absolute)) {
    throw refusal(
      existsSync(absolute) ? "a file" : "nothing",
      "a folder of the repository",
      "Make it, or correct the path.",
    );
  }
  // A link in the path could lead to the secrets, or out of the repository.
  if (realpathSync(absolute) !== join(realpathSync(top), normal)) {
    throw refusal("a path with a link in it", "folders of the repository themselves", "Put the folder itself there.");
  }
  let bytes = 0;
  const files = buildContext(absolute).map((name) => {
    // Node shows bytes that are no UTF-8 as U+FFFD, under which no file is found.
    if (/[\p{Cc}\uFFFD]/u.test(name)) {
      throw refusal(`the file ${JSON.stringify(name)}`, "names in UTF-8 without control characters", "Rename it.");
    }
    const stat = lstatSync(join(absolute, name));
    if (stat.isSymbolicLink()) {
      throw refusal(
        `the link ${name}`,
        "files",
        "Put the file itself there: what a link points to may be missing where it is read.",
      );
    }
    bytes += stat.size;
    return { path: name, executable: (stat.mode & 0o100) !== 0 };
  });
  if (files.length === 0) throw refusal("an empty folder", "at least one file", "Put something into it.");
  if (bytes > largest) {
    throw refusal(`${bytes} bytes`, `${largest} or less`, "Build an image that holds it, or put it into a bucket.");
  }
  return new Folder(normal, files, hashOfFolder(absolute, normal));
}

function isFolder(absolute: string): boolean {
  return existsSync(absolute) && statSync(absolute).isDirectory();
}
