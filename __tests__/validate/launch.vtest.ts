import { spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { Checkout, type Outcome } from "../support/checkout";

jest.setTimeout(30_000);

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => {
  checkout.remove();
});

const six = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 6 }, work));
const statusOf = ({ status, err }: Outcome): unknown => (status === 0 ? 0 : err);
const builds = (): string[] => readdirSync(checkout.path(".datalab", "build"));

/** Stands for npm: links packages instead of fetching them, and fails where another one is at work. */
function fakeNpm(): string {
  const linked = join(projectFolder(), "node_modules");
  return `#!/usr/bin/env node
const fs = require("node:fs");
fs.mkdirSync("installing");
fs.appendFileSync("installations", "one\\n");
fs.mkdirSync("node_modules");
fs.symlinkSync(${JSON.stringify(join(linked, "@swc"))}, "node_modules/@swc");
fs.copyFileSync(${JSON.stringify(join(linked, ".package-lock.json"))}, "node_modules/.package-lock.json");
fs.rmdirSync("installing");
`;
}

describe("six first starts at once", () => {
  it("install the packages once, compile, and all come up", async () => {
    checkout.program("npm", fakeNpm());
    const outcomes = await six(() => checkout.run([]));
    expect(outcomes.map(statusOf)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readFileSync(checkout.path("installations"), "utf8")).toBe("one\n");
    expect(builds()).toHaveLength(1);
    expect(readdirSync(checkout.path(".datalab", "locks"))).toEqual([]);
  });
});

describe("old builds", () => {
  /** A build of earlier sources, last used long ago. */
  const oldBuild = (name: string, ...users: number[]): void => {
    const folder = checkout.path(".datalab", "build", name, ".users");
    mkdirSync(folder, { recursive: true });
    for (const user of users) writeFileSync(join(folder, String(user)), "");
    utimesSync(folder, 0, 0);
  };

  it("go, but for those that a process still uses and the newest", async () => {
    checkout.linkPackages();
    for (const [index, user] of [process.pid, deadPid()].entries()) oldBuild(`used-${index}`, user);
    for (const name of ["a", "b", "c"]) oldBuild(name);
    for (const part of ["one", "two"]) {
      appendFileSync(checkout.path("cli", "main.ts"), `export const ${part} = 1;\n`);
      expect(statusOf(await checkout.run([]))).toBe(0);
    }
    const left = builds().filter((name) => !/^[0-9a-f]{16}$/.test(name));
    expect(left).toContain("used-0");
    expect(left).not.toContain("used-1");
    expect(builds()).toHaveLength(4);
  });

  it("do not keep what a killed process left half done", async () => {
    checkout.linkPackages();
    mkdirSync(checkout.path(".datalab", "build", `.new-01234567.${deadPid()}`), { recursive: true });
    expect(statusOf(await checkout.run([]))).toBe(0);
    expect(builds()).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
  });
});

describe("the lock of a process that is gone", () => {
  it("is taken over by one at a time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "datalab-lock-"));
    const file = join(folder, "lock");
    const alone = join(folder, "alone");
    writeFileSync(file, `${deadPid()}.0123456789abcdef`);
    // Fails where two are inside at the same time.
    const script = `
      const fs = require("node:fs");
      require(${JSON.stringify(join(projectFolder(), "cli", "launch-lock.cjs"))}).withLock(
        ${JSON.stringify(file)}, () => {}, () => {
          fs.mkdirSync(${JSON.stringify(alone)});
          for (let index = 0; index < 2000; index += 1) fs.statSync(${JSON.stringify(folder)});
          fs.rmdirSync(${JSON.stringify(alone)});
        });`;
    const run = (): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(process.execPath, ["-e", script], { stdio: ["ignore", "ignore", "inherit"] }).on("close", resolve);
      });
    expect(await six(run)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe("the command starts", () => {
  it("by a symbolic link, wherever it lies and points to", async () => {
    checkout.linkPackages();
    const folder = mkdtempSync(join(tmpdir(), "datalab-link-"));
    symlinkSync(checkout.path("datalab"), join(folder, "first"));
    symlinkSync("first", join(folder, "second"));
    const { status, out } = await checkout.run([], join(folder, "second"));
    expect({ status, out }).toEqual({ status: 0, out: "hello\n" });
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["v18.19.1", "needs Node 20.9 or newer; this is v18.19.1"],
    ["v20.8.1", "needs Node 20.9 or newer; this is v20.8.1"],
  ])("not with Node %s", async (version, message) => {
    const pretend = checkout.path("pretend.cjs");
    writeFileSync(
      pretend,
      `Object.defineProperty(process, "version", { value: "${version}" });
       Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version.slice(1)}" } });`,
    );
    const { status, err } = await checkout.run([], undefined, { NODE_OPTIONS: `--require=${pretend}` });
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe("a source with a syntax error", () => {
  it("is one message with the file and the place, and ends with exit code 2", async () => {
    mkdirSync(checkout.linkPackages().path("config", "environments"));
    writeFileSync(checkout.path("config", "environments", "dev.ts"), 'export const dev = {\n  name: "dev",,\n};\n');
    const { status, out, err } = await checkout.run([]);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(/^config\/environments\/dev\.ts cannot be compiled:\n.*Unexpected token.*\n.*dev\.ts:2:1\]/);
    expect(err).not.toMatch(/Stack backtrace|Caused by|mistake in datalab/);
  });
});

describe("a link to nowhere among the sources", () => {
  it("is left alone when an editor put it there", async () => {
    symlinkSync("somebody@host.1234", checkout.linkPackages().path("config", ".#dev.ts"));
    expect(statusOf(await checkout.run([]))).toBe(0);
  });

  it("is one message, with exit code 2", async () => {
    symlinkSync("nowhere.ts", checkout.linkPackages().path("config", "dev.ts"));
    const { status, err } = await checkout.run([]);
    expect(status).toBe(2);
    expect(err).toBe("config/dev.ts is a link to a file that does not exist. Remove or correct it.\n");
  });
});

describe("a checkout that cannot be written to", () => {
  it("is one message, with exit code 2", async () => {
    checkout.linkPackages();
    writeFileSync(checkout.path(".datalab"), "a file where a folder belongs");
    const { status, err } = await checkout.run([]);
    expect(status).toBe(2);
    expect(err).toBe(
      `Cannot mkdir ${checkout.path(".datalab")} (EEXIST). Something else is in its place. Move it out of the way.\n`,
    );
  });

  it("nor is a link followed where secrets are kept", async () => {
    checkout.linkPackages();
    const elsewhere = mkdtempSync(join(tmpdir(), "datalab-elsewhere-"));
    symlinkSync(elsewhere, checkout.path(".datalab"));
    const { status, err } = await checkout.run([]);
    expect({ status, made: readdirSync(elsewhere) }).toEqual({ status: 2, made: [] });
    expect(err).toContain(".datalab is a symbolic link");
    rmSync(elsewhere, { recursive: true });
  });
});

/** The id of a process that has ended. */
function deadPid(): number {
  for (let pid = 4_000_000; ; pid -= 1) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") return pid;
    }
  }
}
