import fs, { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnvironmentLock } from "../../cli/up/lock";

// The highest number that Linux gives out is below this one.
const gone = 4_194_305;

const stale = { pid: gone, command: "datalab up", since: "2026-01-01T00:00:00.000Z", id: "stale", children: [] };

const claimPattern = /dev\.json\.[0-9a-f]{16}$/;

let top: string;
let locks: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-takeover-"));
  locks = join(top, ".datalab", "locks");
  mkdirSync(locks, { recursive: true });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(top, { recursive: true });
});

function leaveStaleLock(): void {
  writeFileSync(join(locks, "dev.json"), JSON.stringify(stale));
}

describe("a stale lock", () => {
  it("is taken by one of two that judge it at the same moment", async () => {
    leaveStaleLock();
    const outcomes = await Promise.allSettled([
      EnvironmentLock.take(top, "dev", "datalab up"),
      EnvironmentLock.take(top, "dev", "datalab down"),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const outcome of outcomes) if (outcome.status === "fulfilled") outcome.value.release();
    expect(readdirSync(locks)).toEqual([]);
  });

  it("is left to whoever took it since it was judged", async () => {
    leaveStaleLock();
    const since = JSON.stringify({ ...stale, pid: process.ppid, command: "datalab destroy", id: "since" });
    const link = fs.linkSync;
    jest.spyOn(fs, "linkSync").mockImplementation((from, to) => {
      if (claimPattern.test(String(to))) writeFileSync(join(locks, "dev.json"), since);
      link(from, to);
    });
    await expect(EnvironmentLock.take(top, "dev", "datalab up")).rejects.toThrow('"datalab destroy" (process');
    expect(readdirSync(locks)).toEqual(["dev.json"]);
    expect(readFileSync(join(locks, "dev.json"), "utf8")).toBe(since);
  });

  it("is taken over although whoever took it over before was killed in the middle", async () => {
    leaveStaleLock();
    // The first writes its lock beside the stale one while it holds the claim; there it is cut off.
    const { pid } = process;
    Object.defineProperty(process, "pid", { value: gone, configurable: true });
    const rename = jest.spyOn(fs, "renameSync").mockImplementation(() => {
      throw new Error("cut off");
    });
    const remove = fs.rmSync;
    jest.spyOn(fs, "rmSync").mockImplementation((path, options) => {
      if (claimPattern.test(String(path))) throw new Error("cut off");
      remove(path, options);
    });
    await expect(EnvironmentLock.take(top, "dev", "datalab up")).rejects.toThrow("cut off");
    expect(rename).toHaveBeenCalled();
    jest.restoreAllMocks();
    Object.defineProperty(process, "pid", { value: pid, configurable: true });
    expect(readdirSync(locks).some((name) => claimPattern.test(name))).toBe(true);

    await EnvironmentLock.take(top, "dev", "datalab up");
    await expect(EnvironmentLock.take(top, "dev", "datalab down")).rejects.toThrow(`process ${pid}`);
  });
});
