import { spawnSync } from "node:child_process";
import fs, {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import "../support/built-once";
import { run } from "../../cli/main";
import { planComponent } from "../../cli/new/plan-component";
import { componentRequest } from "../../cli/new/request";
import { writeSources } from "../../cli/new/write-sources";

const repository = resolve(__dirname, "../..");
let top = repository;
jest.mock("../../constructs/core/project", () => ({ projectFolder: () => top }));

const parts = ["config", "constructs", "stacks", "images", "workloads", "cdktf.json"];
const words = ["--group", "ml", "--image", "prom/pushgateway:v1.11.0", "--port", "9091"];
const request = componentRequest("pushgateway", {
  group: "ml",
  image: "prom/pushgateway:v1.11.0",
  port: "9091",
  healthPath: "/",
  healthTool: "wget",
  memory: "256",
});

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-new-"));
  // Sources are read where they are edited, and what else lies beside them by the synthesis.
  const filter = (path: string): boolean =>
    !path.endsWith(".ts") || /\/(config\/(images|aws-forms|components)|stacks\/\w+)\.ts$/.test(path);
  for (const part of parts) cpSync(join(repository, part), join(top, part), { recursive: true, filter });
  for (const folder of ["__tests__/components", "docs/components/parts"])
    mkdirSync(join(top, folder), { recursive: true });
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(top, { recursive: true });
  top = repository;
});

/** Runs `datalab new component`. */
async function create(...given: string[]): Promise<{ code: number; out: string; err: string }> {
  const taken = { out: "", err: "" };
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => (taken.out += String(text)) !== ""),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => (taken.err += String(text)) !== ""),
  ];
  const code = await run(["new", "component", ...given]);
  for (const spy of spies) spy.mockRestore();
  return { code, ...taken };
}

/** All files below the checkout with their texts. */
function texts(): Record<string, string> {
  const names = readdirSync(top, { recursive: true, encoding: "utf8" })
    .map((name) => join(top, name))
    .filter((path) => statSync(path).isFile());
  return Object.fromEntries(names.map((name) => [name, readFileSync(name, "utf8")]));
}

describe("new component", () => {
  it("writes the component, its test, the beginning of its page and its places", async () => {
    const { code, out } = await create("pushgateway", ...words, "--metrics-path", "/metrics", "--json");
    expect(code).toBe(0);
    expect((JSON.parse(out) as { written: unknown }).written).toEqual([
      { path: "constructs/components/pushgateway.ts", made: true },
      { path: "docs/components/parts/pushgateway.md", made: true },
      { path: "__tests__/components/pushgateway.test.ts", made: true },
      { path: "config/images.ts", made: false },
      { path: "config/aws-forms.ts", made: false },
      { path: "config/components.ts", made: false },
      { path: "stacks/ml.ts", made: false },
    ]);
    const component = readFileSync(join(top, "constructs/components/pushgateway.ts"), "utf8");
    expect(component).toContain('this.endpoint("web", { port: 9091, scheme: "http" })');
    expect(component).toContain('metrics: { endpoint: this.web, path: "/metrics" }');
    expect(component).toContain('alerts: { none: "not looked into yet: ');
  });

  it("makes a component of core before core's roles are handed on", async () => {
    expect(await create("pushgateway", ...words.with(1, "core"))).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(join(top, "stacks/core.ts"), "utf8")).toContain(
      '  if (hasComponent(config, "pushgateway")) new Pushgateway(stack);\n  return {',
    );
  });

  it("writes what Prettier would, whatever is asked for", async () => {
    const longest = "a-very-long-name-of-32-letters-x";
    const image = `registry.example.com/${"some-team/".repeat(8)}image:1.2.3`;
    const path = `/${"p".repeat(39)}`;
    const given = [
      "--group",
      "ml",
      "--image",
      image,
      "--port",
      "65535",
      "--publish",
      "65535",
      "--health-tool",
      "python",
    ];
    const runs = [
      await create(longest, ...given, "--health-path", path, "--metrics-path", path, "--json"),
      await create("b", ...words, "--json"),
    ];
    const listed = runs.flatMap(({ out }) =>
      (JSON.parse(out) as { written: { path: string }[] }).written.map((one) => one.path),
    );
    expect(listed).toHaveLength(14);
    cpSync(join(repository, ".prettierrc.json"), join(top, ".prettierrc.json"));
    const { stdout } = spawnSync(join(repository, "node_modules/.bin/prettier"), ["--list-different", ...listed], {
      cwd: top,
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  });

  it.each([
    [["Pushgateway", ...words], 'given "Pushgateway"; allowed: lower-case letters'],
    [["push--gateway", ...words], 'given "push--gateway"; allowed: lower-case letters'],
    [["a".repeat(33), ...words], "at most 32 characters"],
    [["../x", ...words], 'given "../x"; allowed: lower-case letters'],
    [["mlflow", ...words], "config/images.ts has an entry mlflow"],
    [["spark-master", ...words], "spark in environment dev has it"],
    [["redis-exporter", ...words], "config/images.ts has an entry redisExporter"],
    [["ml", ...words], "ml is a group"],
    [["map", ...words], "its class would be called Map"],
    [["component", ...words], "its class would be called Component"],
    [
      ["pushgateway", ...words.with(1, "mll")],
      '--group: given "mll"; allowed: core, processing, ml, visualization, monitoring',
    ],
    [
      ["pushgateway", ...words.with(3, "prom/pushgateway")],
      '--image: given "prom/pushgateway"; allowed: the reference',
    ],
    [["pushgateway", ...words.with(3, "prom/pushgateway:latest")], "a reference with a fixed tag"],
    [["pushgateway", ...words.with(5, "0")], '--port: given "0"; allowed: a whole number from 1 to 65535'],
    [["pushgateway", ...words.with(5, "80a")], '--port: given "80a"'],
    [["pushgateway", ...words, "--publish", "5432"], "postgres.sql has this one"],
    [["pushgateway", ...words, "--health-path", "healthy"], "an absolute path"],
    [["pushgateway", ...words, "--health-tool", "telnet"], 'given "telnet"; allowed: wget, curl, python'],
    [["pushgateway", ...words, "--memory", "8"], "a whole number from 16"],
  ])("refuses %j and writes nothing", async (given, message) => {
    const before = texts();
    const { code, out, err } = await create(...given);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(texts()).toEqual(before);
  });

  it("refuses a file that is no longer of the form that it adds to", async () => {
    writeFileSync(join(top, "stacks/ml.ts"), "export const buildMl = () => undefined;\n");
    const before = texts();
    const { code, err } = await create("pushgateway", ...words);
    expect(code).toBe(2);
    expect(err).toMatch(/^stacks\/ml\.ts does not have the form.*by hand/);
    expect(texts()).toEqual(before);
  });

  it("refuses what exists, also when it is asked for twice", async () => {
    await create("pushgateway", ...words);
    const before = texts();
    expect((await create("pushgateway", ...words)).err).toContain("pushgateway is a component");
    expect((await create("pushgateway", ...words.with(5, "9092"))).err).toContain("exists already");
    expect(texts()).toEqual(before);
  });
});

describe("a run that was cut off", () => {
  it.each([1, 2, 3, 4, 5, 6])("after %d files is finished by the same call", async (count) => {
    const changes = planComponent(top, request);
    const whole = Object.fromEntries(changes.map(({ path, after }) => [path, after]));
    writeSources(top, changes.slice(0, count));
    expect(await create("pushgateway", ...words)).toMatchObject({ code: 0, err: "" });
    for (const [path, text] of Object.entries(whole)) expect(readFileSync(join(top, path), "utf8")).toBe(text);
  });

  it("leaves behind nothing that the next one would write through to elsewhere", () => {
    const elsewhere = join(top, "elsewhere");
    writeFileSync(elsewhere, "somebody's");
    symlinkSync(elsewhere, join(top, "config/.images.ts.unfinished"));
    writeSources(top, planComponent(top, request));
    expect(readFileSync(elsewhere, "utf8")).toBe("somebody's");
    expect(lstatSync(join(top, "config/images.ts")).isFile()).toBe(true);
  });

  it("leaves nothing when a file cannot be put in its place", () => {
    const before = texts();
    const rename = fs.renameSync;
    jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      if (String(to).endsWith("stacks/ml.ts")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      rename(from, to);
    });
    expect(() => {
      writeSources(top, planComponent(top, request));
    }).toThrow("full");
    expect(texts()).toEqual(before);
  });

  it("keeps the permissions of what it edits", () => {
    chmodSync(join(top, "stacks/ml.ts"), 0o640);
    writeSources(top, planComponent(top, request));
    expect(statSync(join(top, "stacks/ml.ts")).mode & 0o777).toBe(0o640);
  });

  it("writes nothing over what somebody edits meanwhile", () => {
    const changes = planComponent(top, request);
    writeFileSync(join(top, "stacks/ml.ts"), "edited");
    const before = texts();
    expect(() => {
      writeSources(top, changes);
    }).toThrow("stacks/ml.ts was edited meanwhile");
    expect(texts()).toEqual(before);
  });
});
