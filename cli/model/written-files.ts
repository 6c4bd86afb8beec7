import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentDescription } from "./description";

/**
 * Of all that a synthesis has written the part of one environment, by paths below the checkout.
 *
 * @param written hashes by paths below `cdktf.out`
 */
export function hashesFor(
  { stacks }: EnvironmentDescription,
  written: ReadonlyMap<string, string>,
): Record<string, string> {
  const own = [...written].filter(([name]) => stacks.some(({ id }) => name.startsWith(`stacks/${id}/`)));
  return Object.fromEntries(own.map(([name, hash]) => [`cdktf.out/${name}`, hash]));
}

/** Whether files still are what they were. */
export function areAsWritten(top: string, files: Readonly<Record<string, string>>): boolean {
  return Object.entries(files).every(([name, hash]) => existsSync(join(top, name)) && hashOfFile(top, name) === hash);
}

function hashOfFile(top: string, name: string): string {
  return createHash("sha256")
    .update(readFileSync(join(top, name)))
    .digest("hex");
}
