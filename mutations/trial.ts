import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutant } from "./mutants";

/** Whether a mutant was noticed, and by what; or what stands against it. */
export interface Verdict {
  readonly killed: boolean;
  readonly because: string;
}

interface JestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Run {
  readonly passed: number;
  /** With whether it failed by comparison with a recorded text. */
  readonly failed: readonly { readonly test: string; readonly recorded: boolean }[];
}

/** Longest run of the tests of one mutant, in milliseconds. */
const patience = 600_000;
/** What a comparison with a recorded text says: recording it again approves the mistake. */
const byRecord = /toMatch(Inline)?Snapshot|Snapshot name:|golden\.ts/;

/** Copies the checkout's files. */
export function prepareCopy(top: string): string {
  const copy = mkdtempSync(join(tmpdir(), "datalab-mutants-"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: top });
  for (const path of listed.toString("utf8").split("\0")) {
    if (path !== "" && existsSync(join(top, path))) cpSync(join(top, path), join(copy, path));
  }
  symlinkSync(join(top, "node_modules"), join(copy, "node_modules"));
  return copy;
}

export function removeCopy(copy: string): void {
  rmSync(copy, { recursive: true });
}

/** Runs a mutant's tests on the copy as it is, then with the mutant in it, and takes the mutant back. */
export function judge(copy: string, { file, search, replacement, tests, named }: Mutant): Verdict {
  const path = join(copy, file);
  const sound = existsSync(path) ? readFileSync(path, "utf8") : "";
  const found = sound.split(search).length - 1;
  if (found !== 1) {
    return { killed: false, because: `stale: ${file} has its text ${found} times; update mutations/mutants.ts` };
  }
  const before = run(copy, tests, named);
  const [red] = before.failed;
  if (red) return { killed: false, because: `fails without it too: ${red.test}` };
  if (before.passed === 0) return { killed: false, because: `stale: no test of ${tests} is named "${named}"` };
  writeFileSync(
    path,
    sound.replace(search, () => replacement),
  );
  try {
    const { failed } = run(copy, tests, named);
    const killer = failed.find(({ recorded }) => !recorded);
    if (killer) return { killed: true, because: killer.test };
    return {
      killed: false,
      because: `${failed.length > 0 ? "noticed by recorded texts only" : "not noticed"}: ${tests}`,
    };
  } finally {
    writeFileSync(path, sound);
  }
}

function run(copy: string, tests: string, named: string): Run {
  const report = join(copy, "mutation-report.json");
  rmSync(report, { force: true });
  const flags = ["--ci", "--silent", "--runInBand", "--json", `--outputFile=${report}`];
  const { stderr, error } = spawnSync(
    process.execPath,
    ["node_modules/jest/bin/jest.js", ...flags, "--testNamePattern", literally(named), "--runTestsByPath", tests],
    { cwd: copy, encoding: "utf8", timeout: patience, stdio: ["ignore", "ignore", "pipe"] },
  );
  if (!existsSync(report)) throw new Error(`Jest gave no report: ${error?.message ?? stderr}`);
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as JestReport;
  const results = testResults.flatMap(({ message, assertionResults }) => {
    // A file that does not even load says nothing about what its tests would notice.
    if (assertionResults.length === 0) throw new Error(`${tests} cannot be run:\n${message}`);
    return assertionResults;
  });
  return {
    passed: results.filter(({ status }) => status === "passed").length,
    failed: results
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => ({
        test: `${tests}: ${fullName}`,
        recorded: failureMessages.every((text) => byRecord.test(text)),
      })),
  };
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
