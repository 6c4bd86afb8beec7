import { checkEnvironment } from "../../config/load";
import { upstream } from "../../constructs/core/image";
import { PlatformEnvironment } from "../../constructs/core/environment";
import type { ContainerEngine } from "../../constructs/core/roles";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { DockerTarget } from "../../constructs/docker";
import { describe as describeEnvironment } from "../../cli/model/describe";
import { lower } from "../../stacks/environment";
import { Ledger } from "../support/ledger";
import { Piece } from "../support/piece";
import { type Synthesised, withApp, withoutMetadata } from "../support/synth";

interface Container {
  readonly env: string[];
  readonly labels: { readonly label: string; readonly value: string }[];
  readonly mounts?: { readonly source: string; readonly target: string; readonly read_only: boolean }[];
  readonly networks_advanced: { readonly name: string }[];
  readonly tmpfs?: Record<string, string>;
  readonly capabilities?: object;
  readonly upload?: { readonly file: string; readonly content?: string }[];
}

const socket = "/var/run/docker.sock";

/** An environment of core's database and registry, and whatever goes into the group `ml`. */
function deploy(
  build: (stack: ReturnType<DockerTarget["groupStack"]>, target: DockerTarget, engine: ContainerEngine) => void,
  settings: object = {},
): Synthesised {
  return withApp((app) => {
    const environment = new PlatformEnvironment(
      app,
      checkEnvironment("lab", { name: "lab", target: "docker", ...settings }),
    );
    const target = new DockerTarget(environment);
    const core = target.groupStack("core");
    environment.discovery = target.serviceRegistry(core).address;
    const ml = target.groupStack("ml");
    build(ml, target, target.containerEngine());
    target.addAgents([core, ml]);
    lower(environment, [core, ml]);
    return environment;
  });
}

function containersIn({ stacks }: Synthesised, stack: string): Record<string, Container> {
  return withoutMetadata(stacks[stack]?.resource?.["docker_container"] ?? {}) as Record<string, Container>;
}

function run(
  spec: (engine: ContainerEngine, piece: Piece) => Partial<ServiceSpec>,
  settings: object = {},
): Synthesised {
  return deploy((stack, _target, engine) => {
    new Piece(stack, "app", (app) => {
      app.service({}, "app", spec(engine, app));
    });
  }, settings);
}

function withEngine(mode: "read" | "spawn", more: Partial<ServiceSpec> = {}) {
  return (engine: ContainerEngine, app: Piece): Partial<ServiceSpec> => ({
    host: [`engine-${mode}`],
    env: { DOCKER_HOST: engine.access(app, mode).dockerHost },
    ...more,
  });
}

/** Whether the proxy's own configuration lets a call pass: the first rule that fits decides, and without one it passes. */
function passes(configuration: string, method: string, path: string, from = "172.20.0.3"): boolean {
  const rules = [...configuration.matchAll(/^ +http-request (allow|deny)(.*)$/gm)];
  expect(rules.length).toBeGreaterThan(5);
  const first = rules.find(([, , condition = ""]) => {
    const methods = /\{ method ([A-Z ]+) \}/.exec(condition)?.[1]?.split(" ");
    const pattern = /\{ path_reg (\S+) \}/.exec(condition)?.[1];
    const exactly = /\{ path (\S+) \}/.exec(condition)?.[1];
    const source = /\{ src (\S+) \}/.exec(condition)?.[1];
    const sources = /ipmask\(32\) -m reg (\S+) \}/.exec(condition)?.[1];
    return (
      (methods?.includes(method) ?? true) &&
      (pattern === undefined || new RegExp(pattern).test(path)) &&
      (exactly ?? path) === path &&
      (source ?? from) === from &&
      (sources === undefined || new RegExp(sources).test(from))
    );
  });
  return first?.[1] !== "deny";
}

function configurationOf(mode: "read" | "spawn"): string {
  const proxy = containersIn(run(withEngine(mode)), "lab-ml")[`engine-${mode}-ml`];
  return proxy?.upload?.find(({ file }) => file.endsWith("haproxy.cfg"))?.content ?? "";
}

describe("the engine", () => {
  it("is mounted into the proxy, and into nothing else", () => {
    const all = run(withEngine("spawn"));
    const holders = Object.keys(all.stacks).flatMap((stack) =>
      Object.entries(containersIn(all, stack)).flatMap(([id, { mounts = [] }]) =>
        mounts.some(({ source }) => source === socket || source === "/var/run" || source === "/run") ? [id] : [],
      ),
    );
    expect(holders).toEqual(["engine-spawn-ml"]);
  });

  it("is reached on a network that leads nowhere and that its users share with the proxy alone", () => {
    const made = run(withEngine("read"));
    expect(withoutMetadata(made.stacks["lab-ml"]?.resource?.["docker_network"])).toEqual({
      "engine-read": { name: "lab-engine-read-ml", internal: true },
    });
    const networks = Object.fromEntries(
      Object.entries(containersIn(made, "lab-ml")).map(([id, one]) => [
        id,
        one.networks_advanced.map(({ name }) => name),
      ]),
    );
    expect(networks).toMatchObject({
      app: ["lab-dataflow", "${docker_network.engine-read.name}"],
      "engine-read-ml": ["${docker_network.engine-read.name}"],
      "consul-agent-ml": ["lab-dataflow"],
    });
  });

  it("has a proxy that keeps no right but to open the socket, and that no operator reaches", () => {
    const proxy = containersIn(run(withEngine("spawn")), "lab-ml")["engine-spawn-ml"];
    expect(proxy).toMatchObject({ user: "0:0", capabilities: { drop: ["ALL"] }, ports: [] });
  });

  it("is in no catalogue of services", () => {
    const agent = containersIn(run(withEngine("read")), "lab-ml")["consul-agent-ml"];
    expect(JSON.stringify(agent?.upload)).toContain("app");
    expect(JSON.stringify(agent?.upload)).not.toContain("engine-read");
  });

  it("has one proxy for each group and mode, whoever asks", () => {
    const made = deploy((stack, _target, engine) => {
      for (const name of ["one", "two"]) {
        new Piece(stack, name, (piece) => {
          piece.service({}, name, withEngine("read")(engine, piece));
        });
      }
    });
    expect(Object.keys(containersIn(made, "lab-ml")).filter((id) => id.startsWith("engine-"))).toEqual([
      "engine-read-ml",
    ]);
  });

  it("lies where the environment says", () => {
    const made = run(withEngine("read"), { engine: { socket: "/run/user/1000/docker.sock" } });
    expect(containersIn(made, "lab-ml")["engine-read-ml"]?.mounts).toEqual([
      { type: "bind", source: "/run/user/1000/docker.sock", target: "/host/docker.sock", read_only: true },
    ]);
  });

  it.each([
    ["GET", "/v1.41/containers/json"],
    ["HEAD", "/_ping"],
    ["GET", "/containers/dev-minio/logs"],
    ["GET", "/v1.47/events"],
  ])("lets readers %s %s", (method, path) => {
    expect(passes(configurationOf("read"), method, path)).toBe(true);
  });

  it.each([
    ["GET", "/v1.41/containers/dev-postgres/archive"],
    ["GET", "/containers/dev-postgres/export"],
    // With ps_args=e it lists variables that are in no description of a container.
    ["GET", "/containers/dev-postgres/top"],
    ["GET", "/containers/../containers/dev-postgres/archive"],
    ["GET", "/containers/dev-postgres%2farchive/json"],
    ["GET", "/containers/dev-postgres/attach/ws"],
    ["POST", "/containers/create"],
    ["POST", "/containers/dev-postgres/exec"],
    ["DELETE", "/containers/dev-postgres"],
    ["GET", "/secrets"],
    ["GET", "/containers/json/"],
    ["POST", "/_ping"],
  ])("does not let readers %s %s", (method, path) => {
    expect(passes(configurationOf("read"), method, path)).toBe(false);
  });

  it("answers its users, itself when it is asked for its health, and nobody on the machine", () => {
    for (const mode of ["read", "spawn"] as const) {
      const configuration = configurationOf(mode);
      expect(passes(configuration, "GET", "/containers/json")).toBe(true);
      expect(passes(configuration, "GET", "/containers/json", "172.20.0.1")).toBe(false);
      expect(passes(configuration, "GET", "/containers/json", "127.0.0.1")).toBe(false);
      expect(passes(configuration, "GET", "/_ping", "127.0.0.1")).toBe(true);
    }
  });

  it("lets spawners make and end containers, and neither enter them nor read their files", () => {
    const spawn = configurationOf("spawn");
    for (const call of ["/containers/create", "/containers/x/start", "/v1.41/containers/x/stop", "/volumes/create"]) {
      expect({ call, passes: passes(spawn, "POST", call) }).toEqual({ call, passes: true });
    }
    expect(passes(spawn, "GET", "/images/quay.io/jupyter/base:1/json")).toBe(true);
    expect(passes(spawn, "DELETE", "/containers/x")).toBe(true);
    for (const call of ["/containers/x/exec", "/exec/x/start", "/build", "/images/create", "/containers/x/attach"]) {
      expect({ call, passes: passes(spawn, "POST", call) }).toEqual({ call, passes: false });
    }
    expect(passes(spawn, "GET", "/containers/x/archive")).toBe(false);
    expect(passes(spawn, "DELETE", "/volumes/dev-postgres-data")).toBe(false);
    expect(passes(spawn, "GET", "/images/../containers/x/json")).toBe(false);
  });
});

describe("folders of the host", () => {
  it("are logs for one, and the machine's figures for another, to read only and without rights", () => {
    const logs = containersIn(
      run(() => ({ host: ["container-logs"] })),
      "lab-ml",
    )["app"];
    expect(logs?.mounts).toEqual([
      { type: "bind", source: "/var/lib/docker/containers", target: "/host/container-logs", read_only: true },
    ]);
    expect(logs?.capabilities).toEqual({ drop: ["ALL"] });
    const metrics = containersIn(
      run(() => ({ host: ["host-metrics"], user: "65534:65534" })),
      "lab-ml",
    )["app"];
    expect(metrics?.mounts?.map(({ source, target, read_only }) => [source, target, read_only])).toEqual([
      ["/", "/host/root", true],
      ["/proc", "/host/proc", true],
      ["/sys", "/host/sys", true],
    ]);
    expect(metrics?.capabilities).toEqual({ drop: ["ALL"] });
  });

  it("hide the sockets of the machine, which a read-only mount would not keep anybody from", () => {
    const metrics = containersIn(
      run(() => ({ host: ["host-metrics"], user: "65534:65534" })),
      "lab-ml",
    )["app"];
    expect(metrics?.tmpfs).toEqual({ "/host/root/run": "size=64k,mode=0555" });
  });

  it("are those of the engine's own folder", () => {
    const made = run(() => ({ host: ["container-logs"] }), { engine: { dataRoot: "/data/docker" } });
    expect(containersIn(made, "lab-ml")["app"]?.mounts?.[0]?.source).toBe("/data/docker/containers");
  });
});

describe("host access is refused", () => {
  const reader = { name: "reader", image: upstream("python:3.11"), cpus: 1, memoryMiB: 64, most: 2 };

  it.each<[string, (engine: ContainerEngine, app: Piece) => Partial<ServiceSpec>, RegExp]>([
    [
      "to the engine, when the spec does not state it",
      (engine, app) => ({ env: { DOCKER_HOST: engine.access(app, "spawn").dockerHost } }),
      /lab: app: host of app: it uses the engine and does not say so\. Add "engine-spawn" to it\./,
    ],
    [
      "when the spec states another mode than it uses",
      (engine, app) => ({ host: ["engine-read"], env: { DOCKER_HOST: engine.access(app, "spawn").dockerHost } }),
      /Add "engine-spawn"/,
    ],
    [
      "when the spec states it and uses no address",
      () => ({ host: ["engine-read"] }),
      /states "engine-read" and uses no address of the engine.*roles\.engine\.access\(this, "read"\)/,
    ],
    ["to the machine's figures, as root", () => ({ host: ["host-metrics"] }), /these may be root\. Set `user`/],
    ["to the machine's figures, as 0:5", () => ({ host: ["host-metrics"], user: "0:5" }), /may be root/],
    ["to the machine's figures, in root's group", () => ({ host: ["host-metrics"], user: "65534:0" }), /may be root/],
    [
      "to the machine's figures, in the image's group, which may be root's",
      () => ({ host: ["host-metrics"], user: "65534" }),
      /may be root\. Set `user` to a numeric account and group other than 0/,
    ],
    [
      "twice",
      (engine, app) => ({ host: ["engine-read", "engine-read"], env: { D: engine.access(app, "read").dockerHost } }),
      /host of app: "engine-read" is in it twice/,
    ],
    [
      "by the way of another group",
      (engine) => ({ host: ["engine-read"], env: { D: engine.access({ name: "consul" }, "read").dockerHost } }),
      /host of app: its way to the engine is that of core, whose network it is not on/,
    ],
    [
      "with capabilities",
      () => ({ host: ["container-logs"], capabilities: ["CAP_DAC_READ_SEARCH"] }),
      /capabilities of app: with folders of the host in it, a service keeps none/,
    ],
    [
      "where a tree is",
      () => ({ host: ["container-logs"], scratch: [{ path: "/host/container-logs", sizeMiB: 1, uid: 1000 }] }),
      /host has the same path|scratch has the same path/,
    ],
    ["to spawn without an engine", () => ({ spawns: reader }), /it makes containers and has no engine to do so/],
    [
      "to spawn under a service's name",
      withEngine("spawn", { spawns: { ...reader, name: "app" } }),
      /"app" is a service of the component/,
    ],
    [
      "to spawn under no name",
      withEngine("spawn", { spawns: { ...reader, name: "A b" } }),
      /begins names of containers/,
    ],
    [
      "to spawn none",
      withEngine("spawn", { spawns: { ...reader, most: 0 } }),
      /spawns\.most of app: 0 is not a whole number from 1 on/,
    ],
    [
      "to spawn without a limit",
      withEngine("spawn", { spawns: { ...reader, memoryMiB: NaN } }),
      /spawns\.memoryMiB of app: NaN is no/,
    ],
    // As JSON it is null, which the engine takes for no limit; so it does with what rounds to none.
    [
      "to spawn with any number of cores",
      withEngine("spawn", { spawns: { ...reader, cpus: Infinity } }),
      /Infinity is not a/,
    ],
    [
      "to spawn with next to no core",
      withEngine("spawn", { spawns: { ...reader, cpus: 1e-10 } }),
      /not a number from 0\.01 on/,
    ],
    [
      "to spawn with a volume nowhere",
      withEngine("spawn", { spawns: { ...reader, volumePath: "home" } }),
      /spawns\.volumePath of app: "home" is not an absolute path/,
    ],
  ])("%s", (_case, spec, message) => {
    expect(() => run(spec)).toThrow(message);
  });

  it("to a step, which is not on the engine's network", () => {
    const build = (): Synthesised =>
      deploy((stack, _target, engine) => {
        new Piece(stack, "app", (app) => {
          app.service({});
          const env = { DOCKER_HOST: engine.access(app, "read").dockerHost };
          app.before({ name: "look", image: upstream("docker:27"), env, script: "docker ps" });
        });
      });
    expect(build).toThrow(
      'lab: app: step "look": it uses the engine, which only services can reach. Let a service do it.',
    );
  });
});

describe("spawned containers", () => {
  const made = deploy((stack, target, engine) => {
    new Ledger(stack, { sql: target.sqlDatabase(stack), engine });
  });

  it("are described to whoever makes them", () => {
    const desk = containersIn(made, "lab-ml")["ledger-desk"];
    const settings = desk?.env.find((line) => line.startsWith("READERS=")) ?? "";
    // Terraform puts the checkout's id in.
    expect(JSON.parse(settings.slice("READERS=".length).replace(/\$\{trimspace[^}]*\}/, "the-checkout"))).toEqual({
      image: "python:3.11-slim-bookworm",
      network: "lab-dataflow",
      labels: {
        "datalab.environment": "lab",
        "datalab.group": "ml",
        "datalab.component": "ledger",
        "datalab.service": "reader",
        "datalab.kind": "spawned",
      },
      namePrefix: "lab-reader-",
      memoryBytes: 64 * 1024 * 1024,
      nanoCpus: 250_000_000,
      most: 3,
      environment: { SERVICE_DISCOVERY_CONSUL: "consul:8500" },
      volume: {
        namePrefix: "lab-reader-",
        path: "/home/reader",
        labels: { "datalab.environment": "lab", "datalab.checkout": "the-checkout" },
      },
    });
  });

  it("are known to the command, with the image that it has to get and the room that they take", () => {
    const described = describeEnvironment(made.environment);
    expect(described.spawned).toEqual([
      {
        stack: "lab-ml",
        group: "ml",
        component: "ledger",
        name: "reader",
        image: "python:3.11-slim-bookworm",
        memoryMiB: 64,
        cpus: 0.25,
        most: 3,
      },
    ]);
  });
});
