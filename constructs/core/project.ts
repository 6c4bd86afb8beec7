import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository's top folder, found upwards from `start`, because compiled code lies elsewhere than its source. */
export function projectFolder(start: string = __dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "cdktf.json"))) return folder;
    if (folder === dirname(folder)) throw new Error(`no cdktf.json above ${start}`);
  }
}
