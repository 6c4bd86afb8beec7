import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./project";

/** The first line and the comment below it, which are for whoever reads the file. */
const head = /^#!.*\n(?:#.*\n)*/;

/**
 * The text of a shell script that lies beside its component. Several become one, in this order: functions first.
 * Scripts get their values as variables or arguments, and nothing is ever put into their text.
 *
 * @param paths relative to the repository's top, for example `constructs/components/minio-buckets.sh`
 */
export function shellScript(...paths: readonly string[]): string {
  return paths.map((path) => readFileSync(join(projectFolder(), path), "utf8").replace(head, "")).join("");
}
