import * as files from "../constructs/core/private-files";

export { createPrivate, movePrivate, readPrivate, writePrivate } from "../constructs/core/private-files";

/** A folder below `.datalab` that only its owner reads; made when it is missing. */
export function privateFolder(top: string, name: string): string {
  return files.privateFolder(top, ".datalab", name);
}
