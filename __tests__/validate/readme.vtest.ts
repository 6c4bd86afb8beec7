import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

// Here and not in the offline suite, because a type check, a lint and a synthesis of the whole project take a minute.

const repository = projectFolder();
const readme = readFileSync(join(repository, "README.md"), "utf8");
let top: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-readme-"));
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  for (const path of listed.split("\0").filter((one) => one !== "")) cpSync(join(repository, path), join(top, path));
  symlinkSync(join(repository, "node_modules"), join(top, "node_modules"));
});

afterEach(() => {
  rmSync(top, { recursive: true });
});

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The code blocks of a section, in order. */
function blocksOf(title: string): Block[] {
  const section = readme.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`README.md has no section "${title}"`);
  return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({ language, text }));
}

/** Edits a file as a block says: a path, then lines that are there, go (-) or come (+). */
function edit(block: string): void {
  const [path = "", ...lines] = block.trimEnd().split("\n");
  const side = (other: string): string =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const file = join(top, path);
  const pieces = readFileSync(file, "utf8").split(side("+"));
  if (pieces.length !== 2) throw new Error(`${path} has these lines ${pieces.length - 1} times:\n${side("+")}`);
  writeFileSync(file, pieces.join(side("-")));
}

/** Writes the file that a block holds, below a comment with its path. */
function create(block: string): void {
  const path = /^\/\/ (\S+)\n/.exec(block)?.[1];
  if (path === undefined) throw new Error(`not a file:\n${block}`);
  writeFileSync(join(top, path), block.slice(block.indexOf("\n") + 1));
}

/** Runs a program in the copy, which has to succeed. */
function succeed(program: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd: top, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${status ?? String(error)}\n${stdout}${stderr}`);
  return stdout;
}

/** Every test whose subject is what the environments of the repository consist of. */
const aboutComponents = [
  "__tests__/components",
  "__tests__/rules",
  "__tests__/stacks",
  "__tests__/config/components",
  "__tests__/aws/prod",
];

/** Where the sections change something. */
const changed = ["config", "stacks", "constructs/components", "__tests__/components"];

/** Runs the commands of a block: of those that go over the whole project the parts that know components. */
function follow(block: string): void {
  for (const command of block.replaceAll("\\\n", " ").trimEnd().split("\n")) {
    if (command === "npm run format") succeed("npx", "prettier", "--write", ...changed);
    else if (command === "npm test -- -u") succeed("npx", "jest", "-u", "__tests__/stacks", "__tests__/aws/prod");
    else if (command === "npm run check") check();
    else succeed("sh", "-ec", command);
  }
}

function check(): void {
  succeed("npm", "run", "typecheck");
  succeed("npx", "eslint", "--max-warnings", "0", ...changed);
  succeed("npm", "run", "lint:structure");
  succeed("npx", "prettier", "--check", ...changed);
  succeed("npx", "jest", "--ci", ...aboutComponents);
  succeed("./datalab", "synth");
}

function textOf(path: string): string {
  return readFileSync(join(top, path), "utf8");
}

describe("README", () => {
  it("Add a component: the command writes what is shown, and everything is green", () => {
    const [make, ...rest] = blocksOf("Add a component");
    const edits = rest.filter(({ language }) => language === "diff");
    const [after] = rest.filter(({ language }) => language === "sh");
    const paths = [...new Set(edits.map(({ text }) => text.split("\n")[0] ?? ""))];
    const before = paths.map(textOf);
    for (const { text } of edits) edit(text);
    const byHand = paths.map(textOf);
    paths.forEach((path, index) => {
      writeFileSync(join(top, path), before[index] ?? "");
    });
    follow(make?.text ?? "");
    expect(paths).toHaveLength(4);
    expect(paths.map(textOf)).toEqual(byHand);
    follow(after?.text ?? "");
    expect(textOf("cdktf.out/stacks/dev-ml/cdk.tf.json")).toContain("prom/pushgateway:v1.11.0");
    switchOff("mlflow");
    succeed("./datalab", "synth");
    const stack = textOf("cdktf.out/stacks/dev-ml/cdk.tf.json");
    expect(stack).toContain("prom/pushgateway:v1.11.0");
    expect(stack).not.toContain("mlflow");
  });

  it("Add a group: its steps, and everything is green", () => {
    for (const { language, text } of blocksOf("Add a group")) {
      if (language === "diff") edit(text);
      else if (language === "ts") create(text);
      else follow(text);
    }
    expect(textOf("cdktf.out/stacks/dev-reports/cdk.tf.json")).toContain("prom/pushgateway:v1.11.0");
    expect(succeed("./datalab", "urls", "--json")).toContain('"environment": "dev"');
  });
});

/** Takes a component out of dev. */
function switchOff(component: string): void {
  const path = "config/environments/dev.ts";
  const text = textOf(path).replace(/^};$/m, `  components: { without: ["${component}"] },\n};`);
  expect(text).toContain(component);
  writeFileSync(join(top, path), text);
}
