import type { Construct } from "constructs";
import { images } from "../../config/images";
import { checkEnvironment } from "../../config/load";
import type { EnvironmentInput } from "../../config/schema";
import { AwsTarget } from "../../constructs/aws";
import { Component } from "../../constructs/core/component";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { toExpr } from "../../constructs/core/reference";
import type { ObjectStore } from "../../constructs/core/roles";
import { DockerTarget } from "../../constructs/docker";
import { lower } from "../../stacks/environment";
import { awsInput } from "../aws/support";
import { synthesiseNamed, withApp } from "../support/synth";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** May read `raw` and write `own`. */
class Consumer extends Component {
  readonly port = this.endpoint("port", { port: 80, scheme: "http" });

  constructor(scope: Construct, store: ObjectStore) {
    super(scope, "consumer");
    const { need, sdkEnvironment } = store.access(this, [
      { bucket: store.bucket("raw"), mode: "read" },
      { bucket: store.bucket("own"), mode: "read-write" },
    ]);
    this.run({
      image: images.redis,
      entrypoint: ["/entry"],
      env: sdkEnvironment,
      needs: [need],
      endpoints: [this.port],
      health: { tcp: this.port, tool: "nc" },
      resources: { cpus: 1, memoryMiB: 512, minimumMemoryMiB: 32 },
      stopGraceSeconds: 1,
      observability: { metrics: { none: "a test" }, alerts: { none: "a test" }, dashboard: { none: "a test" } },
    });
  }
}

/** All text that the stacks of the consumer's environment hold, parsed where it is a policy. */
function policies(input: EnvironmentInput): Statement[] {
  const { stacks } = withApp((app) => {
    const environment = new PlatformEnvironment(app, checkEnvironment(input.name, input));
    const target = environment.config.target === "docker" ? new DockerTarget(environment) : new AwsTarget(environment);
    const core = target.groupStack("core");
    new Consumer(core, target.objectStore(core, []));
    lower(environment, [core]);
    return environment;
  });
  return Object.values(stacks)
    .flatMap(({ resource }) => Object.values(resource ?? {}).flatMap((byName) => Object.entries(byName)))
    .filter(([name]) => name.includes("consumer"))
    .flatMap(([, value]) => strings(value))
    .flatMap((text) => {
      const json = /^(?:POLICY=)?(\{.*"Statement".*\})$/s.exec(text)?.[1];
      return json === undefined ? [] : (JSON.parse(json) as { Statement: Statement[] }).Statement;
    });
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

/** What may be done with the objects of a bucket. */
function objectActions(statements: readonly Statement[], bucket: RegExp): string[] {
  return statements
    .filter(({ Resource }) => [Resource ?? []].flat().some((arn) => bucket.test(arn)))
    .flatMap(({ Action }) => [Action].flat())
    .toSorted();
}

describe.each([
  ["MinIO", { name: "lab", target: "docker" }],
  ["S3", awsInput({ name: "lab" })],
] satisfies [string, EnvironmentInput][])("grants in %s", (_product, input) => {
  const statements = policies(input);

  it("let who may read read, and nothing else", () => {
    expect(objectActions(statements, /:(lab-)?raw[^/]*\/\*$/)).toEqual(["s3:GetObject", "s3:GetObjectVersion"]);
  });

  it("let who may write write as well", () => {
    expect(objectActions(statements, /:(lab-)?own[^/]*\/\*$/)).toEqual(
      expect.arrayContaining(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]),
    );
  });

  it("name the buckets and no others", () => {
    const arns = statements.flatMap(({ Resource }) => [Resource ?? []].flat()).filter((arn) => arn.includes(":s3:::"));
    expect(arns).not.toEqual([]);
    for (const arn of arns) expect(arn).toMatch(/:(lab-)?(raw|own)[^/]*(\/\*)?$/);
  });
});

describe("Consul", () => {
  const { environment, stacks } = synthesiseNamed("dev");
  const servers = environment.components.filter(({ name }) => name.startsWith("consul"));
  const containers = Object.values(stacks).flatMap(({ resource }) =>
    Object.values(resource?.["docker_container"] ?? {}),
  );
  const variable = (env: unknown, name: string): string | undefined =>
    (env as readonly string[] | undefined)?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const rules = new Map(
    containers.flatMap(({ env }) => {
      const policy = variable(env, "POLICY");
      const text = variable(env, "RULES");
      return policy === undefined || text === undefined ? [] : [[policy, text] as const];
    }),
  );

  it.each(servers.map(({ name }) => name))("denies what nothing allows (%s)", (name) => {
    const file = servers.find((one) => one.name === name)?.services[0]?.spec.files?.["/consul/config/secrets.json"];
    if (file?.content === undefined || file.content instanceof Uint8Array) throw new Error("no text");
    const json = toExpr(file.content)
      .parts.map((part) => (typeof part === "string" ? part : "x"))
      .join("");
    expect(JSON.parse(json)).toMatchObject({ acl: { enabled: true, default_policy: "deny" } });
  });

  it("lets requests without a token read the catalogue and write nothing", () => {
    expect(rules.get("discovery")).toContain('service_prefix "" { policy = "read" }');
    expect(rules.get("discovery")).not.toContain("write");
  });

  it.each(["core", "ml", "processing"])("lets the agent of %s write its own services and no others", (group) => {
    const services = environment.components
      .filter((component) => component.group === group && !component.name.startsWith("consul"))
      .flatMap((component) => component.services.map(({ name }) => `service "${name}"`));
    const own = ["agent", "node", "service"].map((kind) => `${kind} "consul-agent-${group}"`);
    const writable = [...(rules.get(`agent-${group}`) ?? "").matchAll(/^(.*?) \{ policy = "write" \}$/gm)];
    expect(services).not.toEqual([]);
    expect(writable.map(([, what]) => what).toSorted()).toEqual([...own, ...services].toSorted());
  });
});

describe("a database", () => {
  const { stacks } = synthesiseNamed("dev");
  const step = Object.values(stacks["dev-ml"]?.resource?.["docker_container"] ?? {}).find(({ env }) =>
    (env as readonly string[]).includes("NEW_NAME=mlflow"),
  );
  const [script = ""] = strings(step?.["upload"]).filter((text) => text.startsWith("#!/bin/sh"));

  it("gives its role the password that there is now, also when the role exists already", () => {
    const statements = script.split(/;|\\gexec/).map((statement) => statement.trim());
    expect(statements).toContain(`ALTER ROLE :"name" LOGIN PASSWORD :'password'`);
    expect(script).toContain("\\getenv password NEW_PASSWORD");
    expect(script).toContain('NEW_PASSWORD="$(cat /run/secrets/mlflow.mlflow-database-password)"');
  });
});
