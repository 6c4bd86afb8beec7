import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readEnvironmentFiles, whyNotListed } from "../../config/environment-files";
import { projectFolder } from "../../constructs/core/project";

const index = 'import { dev } from "./dev";\nexport const environments = { dev };\n';
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "datalab-environments-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

function refusal(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  try {
    readEnvironmentFiles(folder);
  } catch (error) {
    expect((error as Error).name).toBe("ConfigurationError");
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("files of environments", () => {
  it("are loaded by their table", () => {
    const folder = folderWith({ "index.ts": index, "dev.ts": 'export const dev = { name: "dev" };' });
    expect(readEnvironmentFiles(folder)).toEqual({ dev: { name: "dev" } });
  });

  it.each<[string, Record<string, string>, string | RegExp]>([
    [
      "throws",
      { "dev.ts": "const sizes: any = undefined;\nexport const dev = { sizes: sizes.dev };" },
      /^config\/environments\/dev\.ts cannot be loaded: TypeError: Cannot read properties of undefined \(reading 'dev'\)( \(line \d+\))?\. Correct the file; nothing was written or changed\.$/,
    ],
    [
      "throws a text with control characters",
      { "dev.ts": 'throw "no\\u001b[2J";' },
      'config/environments/dev.ts cannot be loaded: it throws "no\\u001b[2J". Correct the file; nothing was written or changed.',
    ],
    [
      "has a syntax error",
      { "dev.ts": 'export const dev = {\n  name: "dev",,\n};' },
      /^config\/environments\/dev\.ts cannot be loaded: .*\. Correct the file; nothing was written or changed\.$/,
    ],
    [
      "imports something missing",
      { "dev.ts": 'import { shared } from "./shared";\nexport const dev = shared;' },
      /^config\/environments\/dev\.ts cannot be loaded: Cannot find module '\.\/shared'.*\. Correct the file; nothing was written or changed\.$/,
    ],
    [
      "imports a file of the folder that throws",
      {
        "dev.ts": 'import { part } from "./parts/common";\nexport const dev = part;',
        "parts/common.ts": 'throw new Error("not today");\nexport const part = {};',
      },
      /^config\/environments\/parts\/common\.ts cannot be loaded: not today( \(line \d+\))?\. Correct/,
    ],
    [
      "is missing although the table lists it",
      {},
      /^config\/environments\/index\.ts cannot be loaded: Cannot find module '\.\/dev'.*\. Correct the file/,
    ],
  ])("are named when one %s", (_, files, message) => {
    const text = refusal({ "index.ts": index, ...files });
    expect(text).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
    expect(text).not.toContain("\n");
  });

  it.each(["export const environments = {};", "export const environments = [];", "export const all = {};"])(
    "have a table: %j is none",
    (content) => {
      expect(refusal({ "index.ts": content })).toMatch(
        /^environments in config\/environments\/index\.ts: given .*; allowed: an object with an environment under each/,
      );
    },
  );

  it("are looked for when the table does not list one", () => {
    const folder = folderWith({ "index.ts": index, "dev.ts": "", "test.ts": "" });
    expect(whyNotListed("test", folder)).toBe(
      "config/environments/test.ts exists; list it in config/environments/index.ts.",
    );
    expect(whyNotListed("../test", folder)).toMatch(/^Choose one of these/);
  });
});

describe("a mistake in them", () => {
  const top = projectFolder();

  /** A copy of the repository in which dev's file has some content. */
  function workspace(content: string): string {
    const folder = folderWith({});
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: top });
    for (const path of listed.toString().split("\0")) {
      if (
        !/^(cdktf\.json|main\.ts|package\.json|tsconfig\.json|\.swcrc|(config|constructs|images|stacks)\/)/.test(path)
      )
        continue;
      if (existsSync(join(top, path))) cpSync(join(top, path), join(folder, path));
    }
    symlinkSync(join(top, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "config/environments/dev.ts"), content);
    return folder;
  }

  /** Runs what `npm run synth` runs. */
  function synth(folder: string): { status: number | null; stdout: string; stderr: string } {
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      scripts: { synth: string };
    };
    const [program = "", ...words] = scripts.synth.split(" ");
    return spawnSync(program, words, { cwd: folder, encoding: "utf8" });
  }

  it.each([
    [
      "that is a syntax error",
      'export const dev = {\n  name: "dev",,\n};',
      /dev\.ts cannot be loaded: .* \(line 2\)\. /,
    ],
    [
      "that the components refuse",
      'export const dev = { name: "dev", target: "docker", sizes: { mino: { cpus: 1 } } };',
      /^dev\.sizes: given "mino"/,
    ],
  ])("%s ends plain cdktf and `npm run synth` with one message and nothing written", (_, content, message) => {
    const folder = workspace(content);
    const { status, stdout, stderr } = synth(folder);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
    expect(existsSync(join(folder, ".datalab"))).toBe(false);
  });

  it("of the machine gets one message from `npm run synth` as well", () => {
    const folder = workspace('export const dev = { name: "dev", target: "docker" };');
    writeFileSync(join(folder, "cdktf.out"), "");
    const { status, stderr } = synth(folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Cannot mkdir \S*cdktf\.out\S* \((EEXIST|ENOTDIR)\)\. .* Move it out of the way\.$/m);
    expect(stderr).not.toContain("    at ");
  });

  it("of syntax is reported by ./datalab before anything is written", () => {
    const folder = workspace('export const dev = {\n  name: "dev",,\n};');
    for (const part of ["cli", "datalab", "package-lock.json"])
      cpSync(join(top, part), join(folder, part), { recursive: true });
    const { status, stderr } = spawnSync(join(folder, "datalab"), ["synth"], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("config/environments/dev.ts cannot be compiled:");
    expect(existsSync(join(folder, ".datalab"))).toBe(false);
  });
});
