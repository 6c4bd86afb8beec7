import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentDescription } from "./description";

/** Hashes of what a synthesis has written for an environment, by path; Terraform's own files beside it are left out. */
export function hashesOfWritten(top: string, { stacks }: EnvironmentDescription): Record<string, string> {
  const names = stacks.flatMap(({ id }) => filesBelow(top, `cdktf.out/stacks/${id}`));
  return Object.fromEntries(names.map((name) => [name, hashOfFile(top, name)]));
}

/** Whether files still are what they were. */
export function areAsWritten(top: string, files: Readonly<Record<string, string>>): boolean {
  return Object.entries(files).every(([name, hash]) => existsSync(join(top, name)) && hashOfFile(top, name) === hash);
}

function filesBelow(top: string, folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (/^\.terraform|^terraform\.tfstate|\.tfplan$/.test(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(top, name);
    return entry.isFile() ? [name] : [];
  });
}

function hashOfFile(top: string, name: string): string {
  return createHash("sha256")
    .update(readFileSync(join(top, name)))
    .digest("hex");
}
