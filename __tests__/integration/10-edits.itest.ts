import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../../constructs/core/component";
import { text } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { describeOnEngine } from "./support/describe";
import { execute, inspect, removeEnvironment } from "./support/engine";
import { Scratch } from "./support/scratch";
import { apply, plannedChanges } from "./support/terraform";

const name = "edits";
const container = `${name}-subject`;

const size = { memoryMiB: 64, minimumMemoryMiB: 32, reservedCpus: 0.125 };

/** A service that does nothing but hold still while its description is edited. */
class Subject extends Component {
  readonly web = this.endpoint("web", { port: 8080, scheme: "http", operatorPort: 30_080 });
  readonly key = this.secret("key");

  constructor(stack: Construct, edits: readonly Edit[]) {
    super(stack, "subject");
    this.run({
      image: images.redis,
      entrypoint: ["/bin/sh", "-c"],
      command: ["trap 'exit 0' TERM; while :; do sleep 1; done"],
      env: { COLOUR: "red" },
      endpoints: [this.web],
      files: { "/etc/plain.conf": { content: "size 1\n" }, "/etc/secret.conf": { content: text`key ${this.key}\n` } },
      health: { shell: "test -f /etc/plain.conf", answers: this.web, intervalSeconds: 1, startSeconds: 20 },
      resources: { ...size, cpus: 0.5 },
      stopGraceSeconds: 5,
      observability: {
        metrics: { none: "a subject of tests has none" },
        alerts: { none: "a subject of tests has none" },
        dashboard: { none: "a subject of tests has none" },
      },
      ...edits.reduce<Partial<ServiceSpec>>((changes, edit) => ({ ...changes, ...edit(this) }), {}),
    });
  }
}

/** What a test changes in the description. */
type Edit = (subject: Subject) => Partial<ServiceSpec>;

describeOnEngine("an edit of a service spec", () => {
  const scratch = new Scratch(name);
  const core = scratch.stack("core");
  const edits: Edit[] = [];
  let configuration = {};

  /** Synthesises with all edits so far. */
  function synthesise(): void {
    scratch.synthesise((stack) => new Subject(stack, edits), configuration);
  }

  beforeAll(async () => {
    await removeEnvironment(name);
    synthesise();
    apply(scratch.stack("foundation"));
    apply(core);
    expect(plannedChanges(core)).toEqual([]);
  });

  afterAll(() => scratch.remove());

  type Info = NonNullable<Awaited<ReturnType<typeof inspect>>>;

  /** Applies an edit, and checks that the plan names it once and the next plan nothing. */
  async function edited(edit: () => void, action: "replace" | "update"): Promise<Info> {
    const before = await inspect(container);
    edit();
    synthesise();
    expect(plannedChanges(core)).toEqual([`${action} docker_container.subject`]);
    apply(core);
    expect(plannedChanges(core)).toEqual([]);
    const after = await inspect(container);
    if (!before || !after) throw new Error("the container is gone");
    expect(after.Id !== before.Id).toBe(action === "replace");
    expect(after.State.Health?.Status).toBe("healthy");
    return after;
  }

  /** The same for an edit of the description. */
  function editedSpec(edit: Edit, action: "replace" | "update" = "replace"): Promise<Info> {
    return edited(() => edits.push(edit), action);
  }

  it("of the image lands", async () => {
    const info = await editedSpec(() => ({ image: images.postgres }));
    expect(info.Config.Image).toBe(images.postgres.reference);
  });

  it("of a variable lands", async () => {
    const info = await editedSpec(() => ({ env: { COLOUR: "blue" } }));
    expect(info.Config.Env).toContain("COLOUR=blue");
  });

  it("of a file lands", async () => {
    await editedSpec(() => ({ files: { "/etc/plain.conf": { content: "size 2\n" } } }));
    expect((await execute(container, ["cat", "/etc/plain.conf"])).output).toBe("size 2\n");
  });

  it("of the health check lands", async () => {
    const info = await editedSpec(({ web }) => ({
      health: { shell: "test -f /etc/plain.conf", answers: web, intervalSeconds: 2, startSeconds: 20 },
    }));
    expect((info.Config as { Healthcheck?: { Interval: number } }).Healthcheck?.Interval).toBe(1.8e9);
  });

  it("of the CPU limit lands", async () => {
    const info = await editedSpec(() => ({ resources: { ...size, cpus: 0.25 } }));
    expect(info.HostConfig.NanoCpus).toBe(250_000_000);
  });

  it("of the memory limit lands, without a restart", async () => {
    const info = await editedSpec(() => ({ resources: { ...size, cpus: 0.25, memoryMiB: 96 } }), "update");
    expect(info.HostConfig.Memory).toBe(96 * 1024 * 1024);
    expect(info.HostConfig.MemoryReservation).toBe(48 * 1024 * 1024);
  });

  it("of a published port lands", async () => {
    const info = await edited(() => (configuration = { ports: { "subject.web": 30_081 } }), "replace");
    expect(info.HostConfig.PortBindings).toEqual({ "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "30081" }] });
  });

  it("of the process init lands", async () => {
    const info = await editedSpec(() => ({ processInit: true }));
    expect(info.HostConfig.Init).toBe(true);
  });

  it("of a secret lands, and shows in no place but its file and the process", async () => {
    await editedSpec(({ key }) => ({ env: { COLOUR: "blue", KEY: text`key ${key}` } }));
    const value = "ANewValueOfTheSecretOf32Letters0";
    const file = join(scratch.top, `.datalab/secrets/${name}/subject.key`);
    const info = await edited(() => {
      writeFileSync(file, value);
    }, "replace");
    expect((await execute(container, ["cat", "/run/secrets/subject.key"])).output).toBe(value);
    const environ = await execute(container, ["sh", "-c", "cat /proc/[0-9]*/environ | tr '\\0' '\\n'"]);
    expect(environ.output).toContain(`KEY=key ${value}`);
    expect(JSON.stringify(info)).not.toContain(value);
    const state = readFileSync(join(scratch.top, `.datalab/state/${name}-core.tfstate`), "utf8");
    expect(state).toContain("subject.key");
    expect(state).not.toContain(value);
    expect(statSync(join(scratch.top, `.datalab/state/${name}-core.tfstate`)).mode & 0o777).toBe(0o600);
  });
});
