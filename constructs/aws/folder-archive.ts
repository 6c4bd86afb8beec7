import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Folder } from "../core/folder";
import { projectFolder } from "../core/project";

/** A file as it stands in an archive. */
export interface ArchivedFile {
  /** Path below the folder. */
  readonly path: string;
  /** Permissions as octal digits: everybody reads, nobody writes. */
  readonly mode: "444" | "555";
  /** In base64. */
  readonly content: string;
}

/**
 * A folder as one file: a list of its files in JSON. The bytes depend on paths, contents and executable bits alone, so
 * that every machine makes the same archive; prepare-volumes.py unpacks it.
 */
export function folderArchive({ path: folder, files }: Folder): Buffer {
  const archived = files.map(({ path, executable, content }): ArchivedFile => ({
    path,
    mode: executable ? "555" : "444",
    content:
      content === undefined
        ? readFileSync(join(projectFolder(), folder, path), "base64")
        : Buffer.from(content).toString("base64"),
  }));
  return Buffer.from(JSON.stringify(archived));
}
