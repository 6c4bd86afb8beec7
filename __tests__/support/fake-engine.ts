import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";

/** How a container behaves once it is started. Default: a service is healthy at once, a step ends with 0. */
export interface Behaviour {
  readonly health?: "healthy" | "starting" | "unhealthy";
  /** Given, the container ends at once with this code. */
  readonly exitCode?: number;
  readonly log?: readonly string[];
  /** What its health check wrote. */
  readonly healthOutput?: string;
}

export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Network name to aliases. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  readonly ports: readonly { readonly ip: string; readonly external: number; readonly internal: number }[];
  readonly volumes: readonly string[];
  /** Everything else that it was made with; part of what inspecting it shows. */
  readonly config: Readonly<Record<string, unknown>>;
  state: "created" | "running" | "paused" | "restarting" | "exited";
  health: "healthy" | "starting" | "unhealthy" | "none";
  exitCode: number;
  log: readonly string[];
  healthOutput: string;
}

export type NewContainer = Pick<FakeContainer, "name"> &
  Partial<Pick<FakeContainer, "image" | "labels" | "networks" | "ports" | "volumes" | "config">>;

/** What the engine sends instead of its answer. */
export type Answer = { readonly status: number; readonly body: string } | "hang" | "close";

interface FakeEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly time: number;
}

export interface ExecCall {
  readonly container: string;
  readonly command: readonly string[];
  readonly input: string;
}

/** The answer to a deletion that was carried out. */
const deleted = {};

/**
 * A Docker engine without Docker: it keeps containers, networks, volumes and images in memory, and answers the calls
 * that `cli/engine/client.ts` makes on a Unix socket. A call that it does not know gets 501 and says so.
 */
export class FakeEngine {
  readonly containers = new Map<string, FakeContainer>();
  /** Labels by name; the id of a network follows from its name until it is replaced. */
  readonly networks = new Map<string, { readonly id: string; readonly labels: Readonly<Record<string, string>> }>();
  readonly volumes = new Map<string, { readonly labels: Readonly<Record<string, string>> }>();
  readonly images = new Set<string>();
  /** By name of the container. */
  readonly behaviours = new Map<string, Behaviour>();
  /** `POST /containers/<id>/stop`, in the order in which they came, without the version. */
  readonly requests: string[] = [];
  readonly execs: ExecCall[] = [];
  apiVersion = "1.41";
  memoryBytes = 64 * 1024 ** 3;
  /** Images cannot be pulled, for this reason. */
  pullError: string | undefined;
  /** Given, it decides what is sent for a call; undefined lets the engine answer. */
  answer: (method: string, path: string) => Answer | undefined = () => undefined;
  /** What a command in a container writes, and its exit code. */
  onExec: (call: ExecCall) => { readonly output: string; readonly exitCode: number } = () => ({
    output: "",
    exitCode: 0,
  });
  private readonly changes = new EventEmitter();
  private readonly happened: FakeEvent[] = [];
  private readonly execIds = new Map<string, { container: string; command: readonly string[]; exitCode?: number }>();
  private readonly server: Server;
  private made = 0;
  /** At usage; a second, and a quarter of a core, pass from one look to the next. */
  private looks = 0;

  private constructor(readonly socket: string) {
    this.server = createServer((request, response) => {
      this.handle(request, response);
    });
    // As the real one: a connection stays open, however long its user is busy.
    this.server.keepAliveTimeout = 0;
    this.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      void this.runExec(request, stream, head);
    });
  }

  /** @param folder where its socket lies */
  static async start(folder: string): Promise<FakeEngine> {
    const engine = new FakeEngine(join(folder, "docker.sock"));
    engine.server.listen(engine.socket);
    await once(engine.server, "listening");
    return engine;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  /** For `DOCKER_HOST`. */
  get address(): string {
    return `unix://${this.socket}`;
  }

  /** Names of all containers, in the order in which they were made. */
  get names(): string[] {
    return [...this.containers.values()].map(({ name }) => name);
  }

  /** @throws Error when there is no such container. */
  container(nameOrId: string): FakeContainer {
    const found = this.find(nameOrId);
    if (!found) throw new Error(`the fake engine has no container ${nameOrId}; it has: ${this.names.join(", ")}`);
    return found;
  }

  find(nameOrId: string): FakeContainer | undefined {
    return this.containers.get(nameOrId) ?? [...this.containers.values()].find(({ name }) => name === nameOrId);
  }

  /** @throws Error when the name is taken or the network is missing, as the engine does. */
  create(container: NewContainer): FakeContainer {
    if (this.find(container.name))
      throw new Error(`Conflict. The container name "/${container.name}" is already in use`);
    for (const network of Object.keys(container.networks ?? {})) {
      if (!this.networks.has(network)) throw new Error(`network ${network} not found`);
    }
    const created: FakeContainer = {
      image: "scratch",
      labels: {},
      networks: {},
      ports: [],
      volumes: [],
      config: {},
      ...container,
      id: this.newId(container.name),
      state: "created",
      health: "none",
      exitCode: 0,
      log: [],
      healthOutput: "",
    };
    for (const volume of created.volumes) this.createVolume(volume);
    this.containers.set(created.id, created);
    this.tell("create", created);
    return created;
  }

  start(nameOrId: string): FakeContainer {
    const container = this.container(nameOrId);
    const behaviour = this.behaviours.get(container.name) ?? {};
    const exitCode = behaviour.exitCode ?? (container.labels["datalab.kind"] === "init" ? 0 : undefined);
    container.state = exitCode === undefined ? "running" : "exited";
    container.exitCode = exitCode ?? 0;
    container.health = exitCode === undefined ? (behaviour.health ?? "healthy") : "none";
    container.log = behaviour.log ?? [];
    container.healthOutput = behaviour.healthOutput ?? "";
    this.tell(exitCode === undefined ? "start" : "die", container);
    return container;
  }

  /** Ends a container, by request or by itself. */
  end(nameOrId: string, exitCode = 143): void {
    const container = this.container(nameOrId);
    container.state = "exited";
    container.health = "none";
    container.exitCode = exitCode;
    this.tell("die", container);
  }

  remove(nameOrId: string): void {
    const container = this.container(nameOrId);
    this.containers.delete(container.id);
    this.tell("destroy", container);
  }

  createNetwork(name: string, labels: Readonly<Record<string, string>> = {}): string {
    const id = this.newId(name);
    this.networks.set(name, { id, labels });
    return id;
  }

  createVolume(name: string, labels: Readonly<Record<string, string>> = {}): void {
    if (!this.volumes.has(name)) this.volumes.set(name, { labels });
  }

  imageId(reference: string): string {
    return `sha256:${sha256(reference)}`;
  }

  private newId(name: string): string {
    this.made += 1;
    return sha256(`${name} ${this.made}`);
  }

  private tell(action: string, { id, name, labels, exitCode }: FakeContainer): void {
    const Attributes = { name, ...labels, ...(action === "die" ? { exitCode: String(exitCode) } : {}) };
    const event = { Type: "container", Action: action, Actor: { ID: id, Attributes }, time: Date.now() / 1000 };
    this.happened.push(event);
    this.changes.emit("event", event);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { method, url } = read(request);
    this.requests.push(`${method} ${url.pathname}`);
    const instead = this.answer(method, url.pathname);
    if (instead === "hang") return;
    if (instead === "close") {
      request.socket.destroy();
      return;
    }
    if (instead) {
      response.writeHead(instead.status).end(instead.body);
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      try {
        this.route(`${method} ${url.pathname}`, url.searchParams, body, response);
      } catch (error) {
        send(response, 500, { message: (error as Error).message });
      }
    });
  }

  private route(call: string, query: URLSearchParams, body: string, response: ServerResponse): void {
    for (const [pattern, answer] of this.routes) {
      const match = pattern.exec(call);
      if (!match) continue;
      answer(response, decodeURIComponent(match[1] ?? ""), query, body);
      return;
    }
    send(response, 501, { message: `the fake engine does not know ${call}` });
  }

  private readonly routes: readonly (readonly [
    RegExp,
    (response: ServerResponse, name: string, query: URLSearchParams, body: string) => void,
  ])[] = [
    [/^(?:GET|HEAD) \/_ping$/, (response) => response.writeHead(200).end("OK")],
    [
      /^GET \/version$/,
      (response) => {
        send(response, 200, { ApiVersion: this.apiVersion, Version: "20.10.24" });
      },
    ],
    [
      /^GET \/info$/,
      (response) => {
        send(response, 200, this.info());
      },
    ],
    [
      /^GET \/events$/,
      (response, _, query) => {
        this.stream(response, query);
      },
    ],
    [
      /^GET \/containers\/json$/,
      (response, _, query) => {
        this.list(response, query);
      },
    ],
    [
      /^GET \/containers\/([^/]+)\/json$/,
      (response, name) => {
        this.withContainer(response, name, (one) => {
          send(response, 200, this.inspect(one));
        });
      },
    ],
    [
      /^GET \/containers\/([^/]+)\/stats$/,
      (response, name) => {
        this.withContainer(response, name, () => {
          this.looks += 1;
          send(response, 200, {
            read: new Date(this.looks * 1000).toISOString(),
            cpu_stats: { cpu_usage: { total_usage: this.looks * 250_000_000 } },
            memory_stats: { usage: 96 * 1024 ** 2, stats: { inactive_file: 32 * 1024 ** 2 } },
          });
        });
      },
    ],
    [
      /^GET \/containers\/([^/]+)\/logs$/,
      (response, name, query) => {
        this.withContainer(response, name, (one) => {
          sendLog(response, one, query);
        });
      },
    ],
    [
      /^POST \/containers\/([^/]+)\/start$/,
      (response, name) => {
        this.withContainer(response, name, (one) => {
          this.change(response, one.state !== "running", () => this.start(one.id));
        });
      },
    ],
    [
      /^POST \/containers\/([^/]+)\/stop$/,
      (response, name) => {
        this.withContainer(response, name, (one) => {
          this.change(response, one.state !== "exited" && one.state !== "created", () => {
            this.end(one.id);
          });
        });
      },
    ],
    [
      /^POST \/containers\/([^/]+)\/kill$/,
      (response, name) => {
        this.withContainer(response, name, (one) => {
          this.change(response, true, () => {
            this.end(one.id, 137);
          });
        });
      },
    ],
    [
      /^DELETE \/containers\/([^/]+)$/,
      (response, name) => {
        this.withContainer(response, name, (one) => {
          this.change(response, true, () => {
            this.remove(one.id);
          });
        });
      },
    ],
    [
      /^POST \/containers\/([^/]+)\/exec$/,
      (response, name, _, body) => {
        this.withContainer(response, name, (one) => {
          this.createExec(response, one, body);
        });
      },
    ],
    [
      /^GET \/exec\/([^/]+)\/json$/,
      (response, id) => {
        send(response, 200, { ExitCode: this.execIds.get(id)?.exitCode ?? null });
      },
    ],
    [
      /^GET \/networks$/,
      (response) => {
        send(
          response,
          200,
          [...this.networks.keys()].map((name) => this.network(name)),
        );
      },
    ],
    [
      /^GET \/networks\/([^/]+)$/,
      (response, name) => {
        sendOr404(response, "network", name, this.network(name));
      },
    ],
    [
      /^DELETE \/networks\/([^/]+)$/,
      (response, name) => {
        sendOr404(response, "network", name, this.networks.delete(name) ? deleted : undefined);
      },
    ],
    [
      /^GET \/volumes$/,
      (response, _, query) => {
        const wanted = labelFilter(query);
        const names = [...this.volumes].flatMap(([name, { labels }]) =>
          wanted.every((label) => hasLabel(labels, label)) ? [name] : [],
        );
        send(response, 200, { Volumes: names.map((name) => this.volume(name)), Warnings: null });
      },
    ],
    [
      /^GET \/volumes\/([^/]+)$/,
      (response, name) => {
        sendOr404(response, "volume", name, this.volume(name));
      },
    ],
    [
      /^DELETE \/volumes\/([^/]+)$/,
      (response, name) => {
        this.removeVolume(response, name);
      },
    ],
    [
      /^GET \/images\/(.+)\/json$/,
      (response, name) => {
        sendOr404(response, "image", name, this.images.has(name) ? { Id: this.imageId(name) } : undefined);
      },
    ],
    [
      /^POST \/images\/create$/,
      (response, _, query) => {
        this.pull(response, query);
      },
    ],
  ];

  private info(): object {
    return {
      ServerVersion: "20.10.24",
      MemTotal: this.memoryBytes,
      NCPU: 8,
      // A folder that is not on this machine: how full its disks are plays no part.
      DockerRootDir: "/nowhere/docker",
      OperatingSystem: "a test",
    };
  }

  private list(response: ServerResponse, query: URLSearchParams): void {
    const labels = labelFilter(query);
    const all = query.get("all") === "true" || query.get("all") === "1";
    const listed = [...this.containers.values()].filter(
      (one) => (all || one.state === "running") && labels.every((label) => hasLabel(one.labels, label)),
    );
    send(
      response,
      200,
      listed.map((one) => ({
        Id: one.id,
        Names: [`/${one.name}`],
        Image: one.image,
        State: one.state,
        Status: statusText(one),
        Labels: one.labels,
        Mounts: one.volumes.map((name) => ({ Type: "volume", Name: name })),
        Ports:
          one.state === "running"
            ? one.ports.map(({ ip, external, internal }) => ({
                IP: ip,
                PublicPort: external,
                PrivatePort: internal,
                Type: "tcp",
              }))
            : [],
      })),
    );
  }

  private inspect(one: FakeContainer): object {
    const { healthOutput: output } = one;
    return {
      Id: one.id,
      Name: `/${one.name}`,
      RestartCount: 0,
      State: {
        Status: one.state,
        Running: one.state === "running" || one.state === "restarting",
        Restarting: one.state === "restarting",
        OOMKilled: false,
        ExitCode: one.exitCode,
        Error: "",
        StartedAt: "2026-01-01T00:00:00Z",
        FinishedAt: "2026-01-01T00:00:00Z",
        ...(one.health === "none"
          ? {}
          : {
              Health: {
                Status: one.health,
                FailingStreak: one.health === "unhealthy" ? 5 : 0,
                Log: [{ Start: "2026-01-01T00:00:00Z", ExitCode: one.health === "healthy" ? 0 : 1, Output: output }],
              },
            }),
      },
      Config: { Image: one.image, Labels: one.labels, ...one.config },
      HostConfig: {},
      Mounts: one.volumes.map((name) => ({ Type: "volume", Name: name })),
      NetworkSettings: {
        Networks: Object.fromEntries(
          Object.entries(one.networks).map(([name, Aliases]) => [
            name,
            { NetworkID: this.networks.get(name)?.id ?? "gone", Aliases },
          ]),
        ),
      },
    };
  }

  private network(name: string): object | undefined {
    const network = this.networks.get(name);
    if (!network) return undefined;
    const attached = [...this.containers.values()].filter((one) => name in one.networks && one.state === "running");
    return {
      Id: network.id,
      Name: name,
      Driver: "bridge",
      Labels: network.labels,
      Containers: Object.fromEntries(attached.map((one) => [one.id, { Name: one.name }])),
    };
  }

  private volume(name: string): object | undefined {
    const volume = this.volumes.get(name);
    return volume && { Name: name, Driver: "local", Labels: volume.labels, CreatedAt: "2026-01-01T00:00:00Z" };
  }

  private removeVolume(response: ServerResponse, name: string): void {
    const user = [...this.containers.values()].find(({ volumes }) => volumes.includes(name));
    if (user) send(response, 409, { message: `remove ${name}: volume is in use - [${user.id}]` });
    else sendOr404(response, "volume", name, this.volumes.delete(name) ? deleted : undefined);
  }

  private pull(response: ServerResponse, query: URLSearchParams): void {
    const image = query.get("fromImage") ?? "";
    const tag = query.get("tag") ?? "";
    if (this.pullError !== undefined) {
      send(response, 404, { message: this.pullError });
      return;
    }
    this.images.add(tag === "" ? image : `${image}${tag.startsWith("sha256:") ? "@" : ":"}${tag}`);
    response.writeHead(200).end(`${JSON.stringify({ status: "Download complete" })}\n`);
  }

  private stream(response: ServerResponse, query: URLSearchParams): void {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    const labels = labelFilter(query);
    const write = (event: FakeEvent): void => {
      if (!labels.every((label) => hasLabel(event.Actor.Attributes, label))) return;
      response.write(`${JSON.stringify(event)}\n`);
    };
    const since = query.get("since");
    const until = query.get("until");
    const last = until === null ? Infinity : Number(until);
    if (since !== null) this.happened.filter(({ time }) => time >= Number(since) && time <= last).forEach(write);
    if (until !== null) {
      response.end();
      return;
    }
    this.changes.on("event", write);
    response.on("close", () => {
      this.changes.off("event", write);
    });
  }

  private createExec(response: ServerResponse, { name }: FakeContainer, body: string): void {
    const { Cmd } = JSON.parse(body) as { Cmd: string[] };
    const id = `exec-${this.execIds.size}`;
    this.execIds.set(id, { container: name, command: Cmd });
    send(response, 201, { Id: id });
  }

  /** The connection stops being HTTP: the body is followed by what the command reads. */
  private async runExec(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const { method, url } = read(request);
    this.requests.push(`${method} ${url.pathname}`);
    const exec = this.execIds.get(/^\/exec\/([^/]+)\/start$/.exec(url.pathname)?.[1] ?? "");
    if (!exec) {
      stream.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    stream.write("HTTP/1.1 101 UPGRADED\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n");
    const chunks = [head];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(stream, "end");
    const bytes = Buffer.concat(chunks);
    // Node 26 reads the request's body, which is JSON, by itself; older lines leave it in front of what follows.
    const bodyLength = bytes[0] === "{".charCodeAt(0) ? Number(request.headers["content-length"] ?? 0) : 0;
    const input = bytes.subarray(bodyLength).toString("utf8");
    const call = { container: exec.container, command: exec.command, input };
    this.execs.push(call);
    const { output, exitCode } = this.onExec(call);
    exec.exitCode = exitCode;
    stream.end(frame(output));
  }

  private withContainer(response: ServerResponse, name: string, use: (container: FakeContainer) => void): void {
    const found = this.find(name);
    if (found) use(found);
    else send(response, 404, { message: `No such container: ${name}` });
  }

  private change(response: ServerResponse, needed: boolean, work: () => unknown): void {
    if (needed) work();
    response.writeHead(needed ? 204 : 304).end();
  }
}

function read(request: IncomingMessage): { method: string; url: URL } {
  const path = (request.url ?? "/").replace(/^\/v\d+\.\d+(?=\/)/, "");
  return { method: request.method ?? "GET", url: new URL(path, "http://engine") };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendOr404(response: ServerResponse, kind: string, name: string, body: object | undefined): void {
  if (body === undefined) send(response, 404, { message: `No such ${kind}: ${name}` });
  else if (body === deleted) response.writeHead(204).end();
  else send(response, 200, body);
}

function sendLog(response: ServerResponse, { log }: FakeContainer, query: URLSearchParams): void {
  const tail = query.get("tail");
  const shown = tail === null || tail === "all" ? log : log.slice(-Number(tail));
  response.writeHead(200).end(frame(shown.map((line) => `${line}\n`).join("")));
}

/** One piece of standard output, as the engine marks it on a stream that carries both outputs. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(payload.length, 4);
  return payload.length === 0 ? payload : Buffer.concat([header, payload]);
}

/** @throws Error for filters by anything else. */
function labelFilter(query: URLSearchParams): string[] {
  const filters = JSON.parse(query.get("filters") ?? "{}") as Record<string, string[] | Record<string, boolean>>;
  const unknown = Object.keys(filters).filter((key) => key !== "label");
  if (unknown.length > 0) throw new Error(`the fake engine does not know the filters ${unknown.join(", ")}`);
  const given = filters["label"] ?? [];
  return Array.isArray(given) ? given : Object.keys(given);
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const [key = "", ...value] = wanted.split("=");
  return value.length === 0 ? key in labels : labels[key] === value.join("=");
}

function statusText({ state, health, exitCode }: FakeContainer): string {
  if (state === "exited") return `Exited (${exitCode}) 3 minutes ago`;
  if (state === "created") return "Created";
  if (state === "restarting") return `Restarting (${exitCode}) 3 seconds ago`;
  const shown = health === "starting" ? " (health: starting)" : health === "none" ? "" : ` (${health})`;
  return `Up 3 minutes${shown}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
