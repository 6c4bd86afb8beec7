import { createHash, type Hash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Folders with compiled sources, and beside them with what these read: scripts, dashboards. */
const sourceFolders = ["config", "constructs", "stacks"];
/** cdktf's settings, and the packages: those that are wanted and those that npm has installed. */
const files = ["cdktf.json", "package-lock.json", "node_modules/.package-lock.json"];

/**
 * Name of the compiled sources to which a file belongs, a hash of them all; undefined where sources run as they are
 * (tests, plain cdktf) and may change while they do.
 *
 * @param file path of a compiled file
 */
export function buildOf(top: string, file: string): string | undefined {
  const builds = join(top, ".datalab", "build");
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (dirname(folder) === builds) return basename(folder);
  }
  return undefined;
}

/** Hash of all that the synthesis of a build reads, apart from variables of the process. */
export function contentHash(top: string, build: string): string {
  const hash = createHash("sha256").update(JSON.stringify([build, process.version]));
  // The name of the build stands for the sources themselves.
  for (const folder of sourceFolders) addFolder(hash, top, folder, (name) => !name.endsWith(".ts"));
  addFolder(hash, top, "images");
  for (const file of files) {
    const path = join(top, file);
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function addFolder(hash: Hash, top: string, folder: string, counts: (name: string) => boolean = () => true): void {
  const entries = existsSync(join(top, folder)) ? readdirSync(join(top, folder), { withFileTypes: true }) : [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`;
    const path = join(top, name);
    if (entry.isDirectory()) addFolder(hash, top, name, counts);
    else if (!counts(name)) continue;
    else if (entry.isSymbolicLink()) hash.update(`\0${name}\0l\0`).update(readlinkSync(path));
    else if (entry.isFile()) {
      const kind = (lstatSync(path).mode & 0o100) === 0 ? "-" : "x";
      hash.update(`\0${name}\0${kind}\0`).update(readFileSync(path));
    }
  }
}
