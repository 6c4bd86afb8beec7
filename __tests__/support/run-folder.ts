import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const variable = "DATALAB_TEST_RUN";

/** A folder that all test files of a run share. */
export function folderOfRun(): string {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error("jest.config.js names no globalSetup, which makes the folder of the run");
  return folder;
}

/** Makes it, before the processes are started that run the tests. */
export function makeFolderOfRun(): void {
  process.env[variable] = mkdtempSync(join(tmpdir(), "datalab-test-run-"));
}
