import type { Construct } from "constructs";
import { images } from "../../config/images";
import { checkEnvironment } from "../../config/load";
import { Component } from "../../constructs/core/component";
import { upstream } from "../../constructs/core/image";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { type Step, text } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { DockerTarget } from "../../constructs/docker";
import { lower } from "../../stacks/environment";
import { withApp } from "../support/synth";

interface Container {
  readonly depends_on: readonly string[];
  readonly upload: readonly { readonly file: string; readonly source?: string; readonly source_hash?: string }[];
  readonly healthcheck: { readonly test: readonly string[] };
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly must_run?: boolean;
  readonly lifecycle?: { readonly postcondition?: readonly { readonly condition: string }[] };
}

/** A component with two secrets of its own, of which `changes` says what is done with them. */
class Subject extends Component {
  readonly port = this.endpoint("port", { port: 80, scheme: "http" });
  readonly first = this.secret("first");
  readonly second = this.secret("second");

  constructor(
    scope: Construct,
    changes: (subject: Subject) => Partial<ServiceSpec>,
    step?: (subject: Subject) => Step,
  ) {
    super(scope, "subject");
    if (step) this.prepare(step(this));
    this.run({
      image: images.redis,
      entrypoint: ["/entry"],
      env: {},
      endpoints: [this.port],
      health: { tcp: this.port, tool: "nc" },
      resources: { cpus: 1, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 1,
      observability: { metrics: { none: "a test" }, alerts: { none: "a test" }, dashboard: { none: "a test" } },
      ...changes(this),
    });
  }
}

/** The containers that a spec becomes, by their ids. */
function lowered(
  changes: (subject: Subject) => Partial<ServiceSpec>,
  step?: (subject: Subject) => Step,
): Readonly<Record<string, Container>> {
  const { stacks } = withApp((app) => {
    const config = checkEnvironment("lab", { name: "lab", target: "docker", groups: ["core"] });
    const environment = new PlatformEnvironment(app, config);
    const core = new DockerTarget(environment).groupStack("core");
    new Subject(core, changes, step);
    lower(environment, [core]);
    return environment;
  });
  return stacks["lab-core"]?.resource?.["docker_container"] as unknown as Readonly<Record<string, Container>>;
}

function subject(changes: (subject: Subject) => Partial<ServiceSpec>): Container {
  const container = lowered(changes)["subject"];
  if (!container) throw new Error("there is no container");
  return container;
}

/** The secrets that a container gets: where each is found in it, and which file of ours that is. */
function delivered({ upload }: Container): Record<string, string | undefined> {
  return Object.fromEntries(
    upload
      .filter(({ source }) => source?.includes("/.datalab/secrets/"))
      .map(({ file, source }) => [file, source?.replace(/^.*\/\.datalab\//, "")]),
  );
}

describe("a secret", () => {
  it("arrives under its own name from its own file, and the other does not", () => {
    const container = subject(({ first }) => ({ env: { PASSWORD: text`${first}` } }));
    expect(delivered(container)).toEqual({ "/run/secrets/subject.first": "secrets/lab/subject.first" });
  });

  it("is noticed by its own content when it is rotated", () => {
    const { upload } = subject(({ first, second }) => ({ env: { A: text`${first}`, B: text`${second}` } }));
    const hashed = upload.filter(({ source }) => source !== undefined);
    expect(hashed).toHaveLength(2);
    for (const { source, source_hash: hash } of hashed) expect(hash).toBe(`\${filesha256("${source ?? ""}")}`);
  });

  it("arrives as the file that it is where no shell could write it, and nowhere else", () => {
    const image = upstream("grafana/loki:3.7.6", { shell: false });
    const container = subject(({ first, port }) => ({
      image,
      files: { "/etc/app/key": { content: text`${first}` }, "/etc/app/conf": { content: "a" } },
      health: { exec: ["/app", "check"], answers: port },
    }));
    expect(delivered(container)).toEqual({ "/etc/app/key": "secrets/lab/subject.first" });
    expect(container.upload.map(({ file }) => file)).toEqual(["/etc/app/key", "/etc/app/conf"]);
  });

  it("arrives also when only the health check uses it", () => {
    const container = subject(({ first, port }) => ({ health: { shell: text`check ${first}`, answers: port } }));
    expect(delivered(container)).toEqual({ "/run/secrets/subject.first": "secrets/lab/subject.first" });
    expect(container.healthcheck.test.join(" ")).toContain("/run/secrets/subject.first");
  });

  it("of a step goes to the step and not to the service", () => {
    const containers = lowered(
      () => ({}),
      ({ second }) => ({ name: "schema", image: images.redis, script: "true", env: { KEY: text`${second}` } }),
    );
    const [service, prepare] = [containers["subject"], containers["init-subject-schema"]];
    if (!service || !prepare) throw new Error(`there are only ${Object.keys(containers).join(", ")}`);
    expect(delivered(service)).toEqual({});
    expect(delivered(prepare)).toEqual({ "/run/secrets/subject.second": "secrets/lab/subject.second" });
  });
});

describe("a step", () => {
  const containers = lowered(
    () => ({}),
    () => ({ name: "schema", image: images.redis, script: "true", env: {} }),
  );

  it("is waited for by the service", () => {
    expect(containers["subject"]?.depends_on).toContain("docker_container.init-subject-schema");
  });

  it("fails the apply when its exit code is not 0", () => {
    const prepare = containers["init-subject-schema"];
    expect(prepare?.must_run).toBe(false);
    expect(prepare?.lifecycle?.postcondition?.map(({ condition }) => condition)).toEqual(["${self.exit_code == 0}"]);
  });
});

describe("what the provider would change in its state only", () => {
  const settings = (changes: Partial<ServiceSpec>): string | undefined =>
    subject(() => changes).labels.find(({ label }) => label === "datalab.settings")?.value;
  const before = settings({});

  it("replaces the container by a label that is another after each edit", () => {
    const edited = [
      settings({ processInit: true }),
      subject(({ port }) => ({ health: { tcp: port, tool: "nc", intervalSeconds: 9 } })).labels.find(
        ({ label }) => label === "datalab.settings",
      )?.value,
    ];
    expect(before).toMatch(/^[0-9a-f]{8,}$/);
    expect(new Set([before, ...edited]).size).toBe(3);
  });

  it("leaves the label as it is when something else is edited", () => {
    expect(settings({ stopGraceSeconds: 7 })).toBe(before);
  });
});
