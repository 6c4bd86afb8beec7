import { spawn } from "node:child_process";
import { once } from "node:events";
import fs, {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformFileSync } from "@swc/core";
import { ConfigurationError } from "../../constructs/core/errors";
import { createPrivate, privateFolder, writePrivate } from "../../constructs/core/private-files";
import { projectFolder } from "../../constructs/core/project";
import { Secret } from "../../constructs/core/reference";
import { ensureSecretFiles, readSecret } from "../../constructs/docker/secret-files";
import { generate } from "../../constructs/docker/secret-values";

const owner = "app";
const password = new Secret(owner, "password", "password");
const token = new Secret(owner, "token", "uuid");
let top: string;
let folder: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-secrets-"));
  folder = join(top, ".datalab/secrets/lab");
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(top, { recursive: true });
});

function ensure(): void {
  ensureSecretFiles(top, "lab", [password, token]);
}

function contents(of: string): Record<string, string> {
  return Object.fromEntries(readdirSync(of).map((name) => [name, readFileSync(join(of, name), "utf8")]));
}

describe("secret files", () => {
  it("are made once, for their owner only", () => {
    ensure();
    const first = contents(folder);
    expect(Object.keys(first)).toEqual(["app.password", "app.token"]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    ensure();
    expect(contents(folder)).toEqual(first);
  });

  it("hold what their format promises", () => {
    expect(generate("password")).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(generate("uuid")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(Buffer.from(generate("gossip-key"), "base64")).toHaveLength(32);
    expect(generate("password")).not.toBe(generate("password"));
  });

  it.each([
    ["empty", "", /app\.password is empty; it has to hold 32 letters and digits/],
    ["cut off", "abc", /app\.password is not what datalab wrote/],
    ["with a line end of an editor", `${"a".repeat(32)}\n`, /app\.password is not what datalab wrote/],
  ])("that are %s are refused and left alone", (_case, value, message) => {
    ensure();
    writeFileSync(join(folder, "app.password"), value);
    expect(ensure).toThrow(ConfigurationError);
    expect(ensure).toThrow(message);
    expect(() => readSecret(top, "lab", password)).toThrow(message);
    expect(readFileSync(join(folder, "app.password"), "utf8")).toBe(value);
  });

  it("name a rotation as the way out only where the software does not hold the old value", () => {
    ensure();
    const inData = new Secret(owner, "password", "password", "true");
    writeFileSync(join(folder, "app.password"), "");
    expect(() => readSecret(top, "lab", password)).toThrow("./datalab secrets rotate app.password --env lab");
    expect(() => readSecret(top, "lab", inData)).not.toThrow("rotate");
  });

  it("are not half written when the disk is full", () => {
    const write = fs.writeFileSync;
    const full = jest.spyOn(fs, "writeFileSync").mockImplementation((file, data) => {
      write(file, (data as string).slice(0, 3));
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    });
    expect(ensure).toThrow("ENOSPC");
    expect(readdirSync(folder)).toEqual([]);
    full.mockRestore();
    ensure();
    expect(readSecret(top, "lab", password)).toMatch(/^\w{32}$/);
  });

  it("keep the value of the command that was first", () => {
    const others = "o".repeat(32);
    const link = fs.linkSync;
    jest.spyOn(fs, "linkSync").mockImplementationOnce((from, to) => {
      writeFileSync(to, others);
      link(from, to);
    });
    ensure();
    expect(readSecret(top, "lab", password)).toBe(others);
    expect(readdirSync(folder)).toEqual(["app.password", "app.token"]);
  });

  it("lose what a killed command had begun, once nobody can be writing it", () => {
    privateFolder(top, ".datalab", "secrets", "lab");
    const young = join(folder, ".app.a.1-aa.unfinished");
    const old = join(folder, ".app.b.1-bb.unfinished");
    for (const file of [young, old]) writeFileSync(file, "half");
    utimesSync(old, 0, 0);
    ensure();
    expect(readdirSync(folder)).toEqual([".app.a.1-aa.unfinished", "app.password", "app.token"]);
  });
});

describe("symbolic links", () => {
  it("in the place of .datalab or a folder in it are refused, and what they lead to is left alone", () => {
    const target = join(top, "elsewhere");
    fs.mkdirSync(target, { mode: 0o755 });
    symlinkSync(target, join(top, ".datalab"));
    expect(ensure).toThrow(`${join(top, ".datalab")} is a symbolic link.`);
    expect(statSync(target).mode & 0o777).toBe(0o755);
    expect(readdirSync(target)).toEqual([]);
    rmSync(join(top, ".datalab"));
    privateFolder(top, ".datalab");
    symlinkSync(target, join(top, ".datalab/secrets"));
    expect(ensure).toThrow("symbolic link");
    expect(readdirSync(target)).toEqual([]);
  });

  it("in the place of a secret are refused, also when they lead nowhere", () => {
    privateFolder(top, ".datalab", "secrets", "lab");
    symlinkSync(join(top, "nowhere"), join(folder, "app.password"));
    expect(ensure).toThrow(ConfigurationError);
    expect(() => createPrivate(join(folder, "app.password"), "x")).toThrow("symbolic link");
    expect(readdirSync(top)).toEqual([".datalab"]);
  });

  it("are replaced, not followed, by a new content", () => {
    writeFileSync(join(top, "outside"), "kept");
    symlinkSync(join(top, "outside"), join(top, "link"));
    writePrivate(join(top, "link"), "new");
    expect(readFileSync(join(top, "outside"), "utf8")).toBe("kept");
    expect(fs.lstatSync(join(top, "link")).isSymbolicLink()).toBe(false);
  });

  it("are no folders, and neither are files", () => {
    writeFileSync(join(top, ".datalab"), "");
    expect(ensure).toThrow(`${join(top, ".datalab")} is not a folder.`);
  });
});

/** Every call by which a private file comes to be; the process dies by itself before the one with the given number. */
const dying = `
const { createPrivate, writePrivate } = require("./private-files.js");
const fs = require("node:fs");
let left = Number(process.argv[1]);
for (const name of ["openSync", "writeFileSync", "fsyncSync", "closeSync", "linkSync", "renameSync", "rmSync"]) {
  const call = fs[name];
  fs[name] = (...args) => {
    left -= 1;
    if (left === 0) {
      // Half of the content arrives.
      if (name === "writeFileSync") call(args[0], String(args[1]).slice(0, 3));
      process.kill(process.pid, "SIGKILL");
    }
    return call(...args);
  };
}
createPrivate(process.argv[2] + "/created", "content");
writePrivate(process.argv[2] + "/replaced", "content");
`;

it("a process that is killed between any two steps leaves a private file whole or missing", async () => {
  // Compiled once: eighteen times ts-node would take longer than all other tests of this file.
  for (const name of ["errors", "shown", "private-files"]) {
    const { code } = transformFileSync(join(projectFolder(), `constructs/core/${name}.ts`), {
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs" },
    });
    writeFileSync(join(top, `${name}.js`), code);
  }
  const steps = Array.from({ length: 18 }, (_, index) => index + 1);
  const ends = await Promise.all(
    steps.map(async (step) => {
      const place = fs.mkdirSync(join(top, String(step)), { recursive: true }) ?? "";
      writeFileSync(join(place, "replaced"), "before");
      const child = spawn(process.execPath, ["-e", dying, String(step), place], {
        cwd: top,
        // What others preload into Node (the benchmarks do) would make writes of its own, which count as steps.
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "ignore", "inherit"],
      });
      const [, signal] = (await once(child, "exit")) as [number | null, string | null];
      const { created, replaced } = contents(place);
      return { killed: signal === "SIGKILL", created, replaced };
    }),
  );
  for (const { created, replaced } of ends) {
    expect([undefined, "content"]).toContain(created);
    expect(["before", "content"]).toContain(replaced);
  }
  // All steps were met: the first runs die before anything is there, the last one is through.
  expect(ends[0]).toEqual({ killed: true, created: undefined, replaced: "before" });
  expect(ends.at(-1)).toEqual({ killed: false, created: "content", replaced: "content" });
  expect(ends.filter(({ killed }) => killed).length).toBeGreaterThan(10);
}, 60_000);
