import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EnvironmentDescription } from "../../cli/model/description";
import { FactsCache, type KeptFacts } from "../../cli/model/facts-cache";
import { noteReadVariables } from "../../cli/model/read-variables";
import { areAsWritten, hashesFor } from "../../cli/model/written-files";
import { folder } from "../../constructs/core/folder";
import { descriptionOf } from "../support/description";

/** Without the folders that its services read: there are none below the top of these tests. */
const environment: EnvironmentDescription = { ...descriptionOf("dev"), folders: [] };
const variable = "DATALAB_TEST_OFFSET";
let top: string;

function put(name: string, content: string): void {
  mkdirSync(dirname(join(top, name)), { recursive: true });
  writeFileSync(join(top, name), content);
}

function edit(name: string, from: string, to: string): void {
  const text = readFileSync(join(top, name), "utf8");
  expect(text).toContain(from);
  put(name, text.replace(from, to));
}

function keep(variables: readonly string[] = [variable], build = "one"): void {
  new FactsCache(top, build).keep({ environment, files: { "a.json": "hash" } }, variables);
}

/** The environment with a service that reads a folder which no component's code lies in. */
function withFolder(): EnvironmentDescription {
  const { path, hash } = folder("workloads/dags", top);
  return { ...environment, folders: [{ path, hash }] };
}

const kept = (build = "one", name = "dev"): KeptFacts | undefined => new FactsCache(top, build).read(name);

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-facts-"));
  put("config/environments/dev.ts", "export const dev = {};");
  put("constructs/components/start.sh", "echo one");
  put("stacks/dashboard.json", "{}");
  put("images/spark/Dockerfile", "FROM scratch");
  put("images/spark/jobs/job.ts", "one");
  symlinkSync("Dockerfile", join(top, "images/spark/link"));
  put("workloads/dags/one.py", "one");
  put("cdktf.json", "{}");
  put("package-lock.json", `{"version":"1"}`);
  put("node_modules/.package-lock.json", `{"packages":{"node_modules/cdktf":{"version":"0.21.0"}}}`);
  process.env[variable] = "10";
});

afterEach(() => {
  Reflect.deleteProperty(process.env, variable);
  rmSync(top, { recursive: true });
});

it("gives back what was kept", () => {
  keep();
  expect(kept()?.environment).toEqual(environment);
  expect(kept()?.files).toEqual({ "a.json": "hash" });
});

it.each<[string, () => void]>([
  [
    "a script beside a component",
    () => {
      put("constructs/components/start.sh", "echo two");
    },
  ],
  [
    "a script that is new",
    () => {
      put("constructs/components/other.sh", "");
    },
  ],
  [
    "a script that is gone",
    () => {
      rmSync(join(top, "constructs/components/start.sh"));
    },
  ],
  [
    "a dashboard",
    () => {
      put("stacks/dashboard.json", "{ }");
    },
  ],
  [
    "a file that the configuration reads",
    () => {
      put("config/ranges.json", "[]");
    },
  ],
  [
    "a file of an image",
    () => {
      put("images/spark/Dockerfile", "FROM scratch AS one");
    },
  ],
  [
    "a TypeScript file of an image",
    () => {
      put("images/spark/jobs/job.ts", "two");
    },
  ],
  [
    "the executable bit of a file of an image",
    () => {
      chmodSync(join(top, "images/spark/Dockerfile"), 0o755);
    },
  ],
  [
    "a link of an image",
    () => {
      rmSync(join(top, "images/spark/link"));
      symlinkSync("jobs/job.ts", join(top, "images/spark/link"));
    },
  ],
  [
    "an image's name",
    () => {
      cpSync(join(top, "images/spark"), join(top, "images/flink"), { recursive: true });
    },
  ],
  [
    "cdktf's settings",
    () => {
      put("cdktf.json", `{"context":{}}`);
    },
  ],
  [
    "a version that is wanted",
    () => {
      edit("package-lock.json", "1", "2");
    },
  ],
  [
    "a version that is installed",
    () => {
      edit("node_modules/.package-lock.json", "0.21.0", "0.21.1");
    },
  ],
  ["a variable that was read", () => (process.env[variable] = "20")],
  ["a variable that was read and is unset", () => Reflect.deleteProperty(process.env, variable)],
  [
    "the kept facts",
    () => {
      edit(".datalab/facts/dev.json", `"port":5432`, `"port":5433`);
    },
  ],
  [
    "the kept facts' names of variables",
    () => {
      edit(".datalab/facts/dev.json", variable, "OTHER");
    },
  ],
  [
    "the kept facts' end",
    () => {
      put(".datalab/facts/dev.json", readFileSync(join(top, ".datalab/facts/dev.json"), "utf8").slice(0, -20));
    },
  ],
  [
    "the kept facts to nothing",
    () => {
      put(".datalab/facts/dev.json", "");
    },
  ],
  [
    "the kept facts to something foreign",
    () => {
      put(".datalab/facts/dev.json", "seal\nnull");
    },
  ],
  [
    "the kept facts' format",
    () => {
      edit(".datalab/facts/dev.json", `"format":1`, `"format":0`);
    },
  ],
])("does not count any more after a change of %s", (_what, change) => {
  keep();
  expect(kept()).toBeDefined();
  change();
  expect(kept()).toBeUndefined();
});

it.each<[string, () => void]>([
  [
    "an edited file",
    () => {
      put("workloads/dags/one.py", "two");
    },
  ],
  [
    "a new file",
    () => {
      put("workloads/dags/two.py", "");
    },
  ],
  [
    "an executable bit",
    () => {
      chmodSync(join(top, "workloads/dags/one.py"), 0o755);
    },
  ],
  [
    "a folder that is gone",
    () => {
      rmSync(join(top, "workloads"), { recursive: true });
    },
  ],
])("does not count any more after a change of a folder that services read: %s", (_what, change) => {
  new FactsCache(top, "one").keep({ environment: withFolder(), files: undefined }, []);
  put("workloads/other/one.py", "no service reads it");
  expect(kept()).toBeDefined();
  change();
  expect(kept()).toBeUndefined();
});

it("is not kept when a folder that services read was edited during the synthesis", () => {
  const found = withFolder();
  put("workloads/dags/one.py", "two");
  new FactsCache(top, "one").keep({ environment: found, files: undefined }, []);
  expect(kept()).toBeUndefined();
});

it("belongs to one build of the sources, which stands for all TypeScript beside them", () => {
  keep();
  expect(kept("two")).toBeUndefined();
  put("config/environments/dev.ts", "export const dev = { name: 1 };");
  expect(kept("one")).toBeDefined();
});

it("is not another environment's, whatever the file is called", () => {
  keep();
  cpSync(join(top, ".datalab/facts/dev.json"), join(top, ".datalab/facts/staging.json"));
  expect(kept("one", "staging")).toBeUndefined();
  expect(kept("one", "../facts/dev")).toBeUndefined();
});

it("outlives changes of variables that nobody read", () => {
  keep([]);
  process.env[variable] = "20";
  expect(kept()).toBeDefined();
});

it("does not outlive any change of variables where all were listed", () => {
  const names = new Set<string>();
  noteReadVariables(names, () => Object.keys(process.env));
  keep([...names]);
  expect(kept()).toBeDefined();
  process.env[variable] = "20";
  expect(kept()).toBeUndefined();
});

it("is not kept when something was edited during the synthesis", () => {
  const cache = new FactsCache(top, "one");
  put("images/spark/Dockerfile", "FROM busybox:1");
  cache.keep({ environment, files: undefined }, []);
  expect(kept()).toBeUndefined();
});

it("is its owner's alone and holds no value of a variable", () => {
  process.env[variable] = "very-secret-value";
  keep();
  const file = join(top, ".datalab/facts/dev.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).not.toContain("very-secret-value");
});

it("notes the variables that are read, and leaves the process as it was", () => {
  const before = process.env;
  const names = new Set<string>();
  const value = noteReadVariables(names, () => [process.env[variable], "DATALAB_TEST_UNSET" in process.env]);
  expect(value).toEqual(["10", false]);
  expect([...names].sort()).toEqual([variable, "DATALAB_TEST_UNSET"]);
  expect(process.env).toBe(before);
});

describe("synthesised files", () => {
  const small = { ...environment, stacks: environment.stacks.slice(0, 1) };
  const stack = `stacks/${environment.stacks[0]?.id ?? ""}`;
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const written = new Map([
    [`${stack}/cdk.tf.json`, hash("{}")],
    [`${stack}/assets/tree/one`, hash("1")],
    ["stacks/other/cdk.tf.json", hash("other")],
    ["manifest.json", hash("manifest")],
  ]);
  const hashes = hashesFor(small, written);

  beforeEach(() => {
    put(`cdktf.out/${stack}/cdk.tf.json`, "{}");
    put(`cdktf.out/${stack}/assets/tree/one`, "1");
  });

  it("are as written until one changes or goes; what Terraform adds and other environments do not count", () => {
    put(`cdktf.out/${stack}/.terraform.lock.hcl`, "other");
    expect(areAsWritten(top, hashes)).toBe(true);
    put(`cdktf.out/${stack}/assets/tree/one`, "2");
    expect(areAsWritten(top, hashes)).toBe(false);
    rmSync(join(top, "cdktf.out", stack, "assets"), { recursive: true });
    expect(areAsWritten(top, hashes)).toBe(false);
  });

  it("are not as written when the stack's text was edited", () => {
    put(`cdktf.out/${stack}/cdk.tf.json`, "{ }");
    expect(areAsWritten(top, hashes)).toBe(false);
  });
});
