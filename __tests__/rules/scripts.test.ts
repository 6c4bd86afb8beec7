import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentNames } from "../../config/load";
import { topicStep } from "../../constructs/components/kafka-topic";
import { projectFolder } from "../../constructs/core/project";
import { printExpr } from "../../constructs/core/print";
import { toExpr } from "../../constructs/core/reference";
import { shellScript } from "../../constructs/core/shell-script";
import { synthesiseNamed } from "../support/synth";

const top = projectFolder();
const files = readdirSync(join(top, "constructs"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".sh"))
  .map((path) => `constructs/${path}`);

/** What components run in a shell: their steps, the changes of secrets inside data, and words of commands. */
const ofEnvironments = environmentNames().flatMap((name) => {
  const { components, secrets } = synthesiseNamed(name).environment;
  return [
    ...components.flatMap(({ services, preparations, provisions }) => [
      ...[...preparations, ...provisions].map(({ script }) => script),
      ...services.flatMap(({ spec }) => [
        ...(spec.command ?? []).map(printExpr),
        ...(spec.needs ?? []).flatMap(({ steps = [] }) => steps.map(({ script }) => script)),
        ...Object.values(spec.env).flatMap((value) =>
          typeof value === "string" ? [] : value.needs.flatMap(({ steps = [] }) => steps.map(({ script }) => script)),
        ),
      ]),
    ]),
    ...[...secrets.values()].flatMap(({ changeInData }) => changeInData ?? []),
  ];
});
/** No component of the environments uses a topic yet. */
const broker = { bootstrapServers: toExpr("kafka:9092"), clientProperties: {}, brokerCount: 1 };
const shellTexts = [...ofEnvironments, topicStep("events", {}, broker).script];

describe("shell scripts", () => {
  it("lie in files of their own when they are longer than two lines", () => {
    const texts = files.map((file) => shellScript(file));
    const rest = shellTexts.map((text) => texts.reduce((left, known) => left.replace(known, ""), text));
    expect(shellTexts.filter((text) => text.split("\n").length > 2).length).toBeGreaterThan(10);
    expect(rest.filter((text) => text.trim().split("\n").length > 2)).toEqual([]);
  });

  it("are all used", () => {
    expect(files.filter((file) => !shellTexts.some((text) => text.includes(shellScript(file))))).toEqual([]);
  });

  it.each(files)("%s names its shell and says what it is for", (file) => {
    expect(readFileSync(join(top, file), "utf8")).toMatch(/^#!\/bin\/(ba)?sh\n# \S/);
  });

  it("become one in the order in which they are named, without what only readers need", () => {
    const text = shellScript("constructs/components/minio-login.sh", "constructs/components/minio-buckets.sh");
    expect(text).toMatch(/^printf [^]+\nfor bucket in [^]+\ndone\n$/);
  });
});

describe("the request to Consul", () => {
  const folder = mkdtempSync(join(tmpdir(), "datalab-nc-"));
  const call = (answer: string): { status: number | null; out: string; request: string; words: string } => {
    const program = `#!/bin/sh\necho "$*" >${folder}/words\ncat >${folder}/request\nprintf '${answer}'\n`;
    writeFileSync(join(folder, "nc"), program);
    chmodSync(join(folder, "nc"), 0o755);
    const script = `set -eu\n${shellScript("constructs/components/consul-http.sh")}call PUT /v1/x '{"a":"u"}'\necho done\n`;
    const { status, stdout } = spawnSync("/bin/sh", ["-c", script], {
      env: {
        PATH: `${folder}:${process.env["PATH"] ?? ""}`,
        CONSUL_HTTP_ADDR: "consul:8500",
        CONSUL_HTTP_TOKEN: "hidden",
      },
      encoding: "utf8",
    });
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    return { status, out: stdout, request: read("request"), words: read("words") };
  };
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("carries token and body by standard input", () => {
    expect(call("HTTP/1.1 200 OK\\r\\n\\r\\n{}")).toEqual({
      status: 0,
      out: "done\n",
      words: "consul 8500\n",
      request:
        "PUT /v1/x HTTP/1.1\r\nHost: consul:8500\r\nX-Consul-Token: hidden\r\nContent-Length: 9\r\n" +
        'Connection: close\r\n\r\n{"a":"u"}',
    });
  });

  it("fails with what the server says", () => {
    expect(call("HTTP/1.1 403 Forbidden\\r\\nDate: now\\r\\n\\r\\nno rights for 200 things")).toMatchObject({
      status: 1,
      out: "HTTP/1.1 403 Forbidden\r\nno rights for 200 things\n",
    });
  });
});
