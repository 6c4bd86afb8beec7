import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Mutant } from "./mutants";

/** Whether a mutant was noticed, and by what; or what stands against it. */
export interface Verdict {
  readonly killed: boolean;
  readonly because: string;
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Longest run of the tests of one mutant, in milliseconds. */
const patience = 600_000;
/** What a comparison with a recorded text says: whoever records anew approves the mistake. */
const byRecord = /toMatch(Inline)?Snapshot|Snapshot name:|golden\.ts/;

/**
 * Copies the checkout's files, and sees that the tests pass on them.
 *
 * @param tests the files that will be run
 * @throws Error when one does not pass without any mutant.
 */
export function prepareCopy(top: string, tests: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), "datalab-mutants-"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: top });
  for (const path of listed.toString("utf8").split("\0")) {
    if (path !== "" && existsSync(join(top, path))) cpSync(join(top, path), join(copy, path));
  }
  symlinkSync(join(top, "node_modules"), join(copy, "node_modules"));
  const red = failures(copy, tests);
  if (red.length > 0) {
    removeCopy(copy);
    throw new Error(`these tests fail without any mutant:\n${red.map(({ test }) => `  ${test}`).join("\n")}`);
  }
  return copy;
}

export function removeCopy(copy: string): void {
  rmSync(copy, { recursive: true });
}

/** Applies a mutant to the copy, runs its tests, and takes it back. */
export function judge(copy: string, { file, search, replacement, tests }: Mutant): Verdict {
  const path = join(copy, file);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const found = text.split(search).length - 1;
  if (found !== 1) {
    return {
      killed: false,
      because: `stale: ${file} has its text ${found} times; bring mutations/mutants.ts up to date`,
    };
  }
  writeFileSync(
    path,
    text.replace(search, () => replacement),
  );
  try {
    const red = failures(copy, tests);
    const killer = red.find(({ recorded }) => !recorded);
    if (killer) return { killed: true, because: killer.test };
    return { killed: false, because: red.length > 0 ? "noticed by recorded texts only" : `by ${tests.join(", ")}` };
  } finally {
    writeFileSync(path, text);
  }
}

/** The tests that fail, and whether by comparison with a recorded text. */
function failures(copy: string, tests: readonly string[]): { test: string; recorded: boolean }[] {
  const report = join(copy, "mutation-report.json");
  rmSync(report, { force: true });
  const { stderr, error } = spawnSync(
    process.execPath,
    [
      "node_modules/jest/bin/jest.js",
      "--ci",
      "--silent",
      "--maxWorkers=2",
      "--json",
      `--outputFile=${report}`,
      "--runTestsByPath",
      ...tests,
    ],
    { cwd: copy, encoding: "utf8", timeout: patience, stdio: ["ignore", "ignore", "pipe"] },
  );
  if (!existsSync(report)) throw new Error(`Jest gave no report: ${error?.message ?? stderr}`);
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as JestReport;
  return testResults.flatMap(({ name, message, assertionResults }) => {
    // A file that does not even load says nothing about what its tests would notice.
    if (assertionResults.length === 0) throw new Error(`${relative(copy, name)} cannot be run:\n${message}`);
    return assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => ({
        test: `${relative(copy, name)}: ${fullName}`,
        recorded: failureMessages.every((text) => byRecord.test(text)),
      }));
  });
}
