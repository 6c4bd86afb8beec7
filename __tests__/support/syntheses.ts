import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EnvironmentInput } from "../../config/schema";
import { folderOfRun } from "./run-folder";

/** What a synthesis leaves in a checkout. What a test has tampered with is not taken for true, and made anew. */
const results = ["cdktf.out", ".datalab/facts"];

/**
 * What tests of this run have synthesised, by what they described: cdktf takes longer to load, and to do it, than all else
 * of a command. Sources stay the same for a run, so that its test files share it, except those that replace some of them.
 */
const folder = join(folderOfRun(), "syntheses", replacesSources() ? (expect.getState().testPath ?? "") : "");

function replacesSources(): boolean {
  const { testPath } = expect.getState();
  return (
    testPath === undefined ||
    /\bjest\s*\.\s*(?:mock|doMock|setMock|spyOn|replaceProperty)\b/.test(readFileSync(testPath, "utf8"))
  );
}

/** Names a description. */
export function keyOf(described: Readonly<Record<string, EnvironmentInput>>): string {
  return createHash("sha256").update(JSON.stringify(described)).digest("hex").slice(0, 16);
}

/** Lays out in a checkout what was synthesised of a description, if it was. */
export function restoreSynthesis(key: string, top: string): void {
  if (existsSync(join(folder, key))) copyResults(join(folder, key), top);
}

/** Keeps what a checkout's commands have synthesised of a description, if they have. */
export function keepSynthesis(key: string, top: string): void {
  const kept = join(folder, key);
  if (existsSync(kept) || !results.every((part) => existsSync(join(top, part)))) return;
  mkdirSync(folder, { recursive: true });
  const copy = mkdtempSync(join(folder, "copy-"));
  copyResults(top, copy);
  try {
    renameSync(copy, kept);
  } catch (error) {
    // Another test file was faster with the same.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    rmSync(copy, { recursive: true });
  }
}

function copyResults(from: string, to: string): void {
  for (const part of results) {
    mkdirSync(dirname(join(to, part)), { recursive: true, mode: 0o700 });
    // Terraform's own files are the test's business.
    const filter = (path: string): boolean => !/\.terraform|\.tf(state|plan)/.test(path);
    cpSync(join(from, part), join(to, part), { recursive: true, filter });
  }
}
