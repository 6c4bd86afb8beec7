import { spawnSync } from "node:child_process";
import "../support/built-once";
import { completionScript } from "../../cli/commands/completion";
import { chooseContainers } from "../../cli/commands/services-logs";
import { run } from "../../cli/main";
import { memoryText, shorten, table } from "../../cli/output/table";
import { descriptionOf } from "../support/description";

/** Runs the command line and takes down what it writes. */
async function call(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    return { code: await run(words), out: out.join(""), err: err.join("") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe("usage", () => {
  it.each([
    [["upp"], "Did you mean up?"],
    [["status", "--jason"], "Did you mean --json?"],
    [["destroy"], "--data"],
    [["services", "logs", "--tail", "many"], "a number of lines, or all"],
    [["completion", "fish"], "allowed: bash, zsh"],
    [["new", "component", "lakefs", "--group", "ml", "--port", "8000"], "--image"],
    [["urls", "mlfow"], 'no group, component or service "mlfow". Did you mean mlflow'],
    [["events", "--since", "yesterday"], 'given "yesterday"; allowed: '],
    [["plan", "spark-worker-2", "--env", "dev"], "./datalab plan spark --env dev"],
    [["plan", "mlflow", "--env", "prod"], "./datalab plan ml --env prod"],
    [["up", "mlflow", "--env", "prod"], "on aws whole groups are deployed"],
    [["down", "mlflow", "--env", "prod"], "./datalab down ml --env prod"],
    [["urls", "--env", "devv"], 'given "devv"; allowed: '],
    [["credentials", "nobody"], 'no component or secret "nobody"'],
    [["status", "--env", "prod"], "works on containers of a Docker engine, and environment prod is deployed to aws"],
    [["destroy", "--data", "--env", "staging"], "The data of environment staging is protected"],
    [["destroy", "--data", "--env", "dev", "--confirm", "staging"], "Nothing was deleted"],
  ])("%j is refused with exit code 2", async (words, message) => {
    const { code, err, out } = await call(...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).not.toContain("    at ");
  });

  it("explains itself", async () => {
    const { code, out } = await call("--help");
    expect(code).toBe(0);
    for (const name of ["up", "down", "status", "secrets", "doctor"]) expect(out).toContain(`  ${name}`);
    expect(out).toContain("Exit codes: 0 done, 1 failed, 2 usage");
  });
});

describe("results without an engine", () => {
  it("urls are stable JSON", async () => {
    const { code, out } = await call("urls", "--env", "dev", "--json");
    const result = JSON.parse(out) as { environment: string; urls: unknown[] };
    expect(code).toBe(0);
    expect(result.environment).toBe("dev");
    expect(result.urls).toContainEqual({
      component: "minio",
      endpoint: "console",
      group: "core",
      url: "http://localhost:9001",
      page: "http://localhost:9001/",
    });
  });

  it("credentials are listed without their values", async () => {
    const { code, out } = await call("credentials", "--env", "dev", "--json");
    const result = JSON.parse(out) as { credentials: { component: string; password?: string }[] };
    expect(code).toBe(0);
    expect(result.credentials.map(({ component }) => component)).toContain("minio");
    expect(result.credentials.every((entry) => !("password" in entry))).toBe(true);
  });

  it("secrets are listed without their values", async () => {
    const { out } = await call("secrets", "list", "--env", "dev", "--json");
    const { secrets } = JSON.parse(out) as { secrets: Record<string, unknown>[] };
    expect(Object.keys(secrets[0] ?? {})).toEqual([
      "secret",
      "component",
      "format",
      "usedBy",
      "made",
      "usable",
      "expires",
    ]);
  });
});

describe("logs", () => {
  const dev = descriptionOf("dev");
  const names = (...words: string[]): string[] => chooseContainers(dev, words).map(({ id }) => id);

  it("are chosen by component, service, container or step", () => {
    expect(names("spark")).toEqual([
      "spark-master",
      "spark-worker-1",
      "spark-worker-2",
      "spark-worker-3",
      "spark-history",
    ]);
    expect(names("spark-worker")).toEqual(["spark-worker-1", "spark-worker-2", "spark-worker-3"]);
    expect(names("spark-worker-2", "spark-worker-2")).toEqual(["spark-worker-2"]);
    expect(names("ml")).toContain("mlflow");
    expect(names("init-minio-buckets")).toEqual(["init-minio-buckets"]);
    expect(names()).not.toContain("init-minio-buckets");
    expect(() => names("nginx")).toThrow('no group, component or service "nginx"');
  });
});

describe("completion", () => {
  it.each([
    [["dow"], "down"],
    [["secrets", "r"], "rotate"],
    [["new", "c"], "component"],
    [["new", "component", "kafka-ui", "--metr"], "--metrics-path"],
    [["destroy", "--da"], "--data"],
    [["status", "--js"], "--json"],
    [["restart", "mlf"], "mlflow"],
    [["services", "logs", "mlf"], "mlflow"],
    [["synth", "mlf"], ""],
  ])("completes %j to %s", (typed, completed) => {
    const words = ["datalab", ...typed].map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _datalab; echo "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync("bash", ["-c", `${completionScript("bash", ["mlflow", "ml"])}\n${ask}`], {
      encoding: "utf8",
    });
    expect(stdout).toBe(`${completed}\n`);
  });

  it("loads bash's way of completing into zsh", () => {
    expect(completionScript("zsh", [])).toContain("bashcompinit");
  });
});

describe("text", () => {
  it("is laid out in columns whose colours take no room", () => {
    expect(
      table([
        ["a", "\u001b[31mbb\u001b[39m", "c"],
        ["aaa", "b", "c"],
      ]),
    ).toBe("a    \u001b[31mbb\u001b[39m  c\naaa  b   c");
  });

  it("is shortened to one line", () => {
    expect(shorten("one\n two  three", 8)).toBe("one two…");
    expect(memoryText(768)).toBe("768 MiB");
    expect(memoryText(2560)).toBe("2.5 GiB");
  });
});
