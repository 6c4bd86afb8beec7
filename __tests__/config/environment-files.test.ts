import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readEnvironmentFiles, whyNotListed } from "../../config/environment-files";

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
