import { PreflightError } from "../exit";
import { frames } from "./frames";
import type { EngineHost } from "./host";
import { type EngineRequest, type EngineResponse, Transport } from "./transport";
import type { EngineInfo, InspectedContainer, InspectedNetwork, ListedContainer } from "./types";

/** The engine answered with an error. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The API of the oldest engine that is supported: 20.10. */
export const oldestApi = "1.41";
const answerTimeout = 5000;

/**
 * A small client of the Docker engine. The usual library takes 0.2 s to load, a fifth of what `status` may take.
 * All methods throw EngineError when the engine refuses.
 */
export class Engine {
  private readonly transport: Transport;
  private prefix = "";

  private constructor(readonly host: EngineHost) {
    this.transport = new Transport(host);
  }

  /**
   * Connects, and agrees on the version of the API.
   *
   * @throws PreflightError when the engine cannot be reached or is too old.
   */
  static async connect(host: EngineHost): Promise<Engine> {
    const engine = new Engine(host);
    let answer: EngineResponse;
    try {
      answer = await engine.transport.send({ method: "GET", path: "/_ping", timeout: answerTimeout });
    } catch (error) {
      throw new PreflightError(unreachable(host, error as NodeJS.ErrnoException));
    }
    answer.body.resume();
    const version = String(answer.headers["api-version"] ?? "0");
    if (compareVersions(version, oldestApi) < 0) {
      throw new PreflightError(
        `The Docker engine at ${host.address} speaks API ${version}; datalab needs ${oldestApi} (Docker 20.10) or newer. ` +
          "Update it: https://docs.docker.com/engine/install/",
      );
    }
    engine.prefix = `/v${version}`;
    return engine;
  }

  get apiVersion(): string {
    return this.prefix.slice(2);
  }

  info(): Promise<EngineInfo> {
    return this.json("GET", "/info");
  }

  /** @param labels only containers with all of these, as `key` or `key=value`. Stopped ones are included. */
  containers(labels: readonly string[] = []): Promise<ListedContainer[]> {
    const filters = labels.length > 0 ? `&filters=${encodeURIComponent(JSON.stringify({ label: labels }))}` : "";
    return this.json("GET", `/containers/json?all=true${filters}`);
  }

  /** The container, or undefined when there is none. */
  inspect(container: string): Promise<InspectedContainer | undefined> {
    return this.optional(`/containers/${encodeURIComponent(container)}/json`);
  }

  async start(container: string): Promise<void> {
    await this.empty("POST", `/containers/${encodeURIComponent(container)}/start`);
  }

  /** @param graceSeconds time between the request to stop and the kill */
  async stop(container: string, graceSeconds: number): Promise<void> {
    await this.empty("POST", `/containers/${encodeURIComponent(container)}/stop?t=${graceSeconds}`);
  }

  /** Removes a container with its anonymous volumes. */
  async remove(container: string): Promise<void> {
    await this.empty("DELETE", `/containers/${encodeURIComponent(container)}?force=true&v=true`);
  }

  network(name: string): Promise<InspectedNetwork | undefined> {
    return this.optional(`/networks/${encodeURIComponent(name)}`);
  }

  async removeNetwork(name: string): Promise<void> {
    await this.empty("DELETE", `/networks/${encodeURIComponent(name)}`);
  }

  volume(name: string): Promise<{ readonly Name: string } | undefined> {
    return this.optional(`/volumes/${encodeURIComponent(name)}`);
  }

  async removeVolume(name: string): Promise<void> {
    await this.empty("DELETE", `/volumes/${encodeURIComponent(name)}`);
  }

  image(reference: string): Promise<{ readonly Id: string } | undefined> {
    return this.optional(`/images/${reference}/json`);
  }

  /**
   * Pulls an image.
   *
   * @param login value of `X-Registry-Auth`, where the registry wants one
   * @param onProgress called with the engine's progress lines
   */
  async pull(reference: string, login: string | undefined, onProgress: (text: string) => void): Promise<void> {
    const answer = await this.send({
      method: "POST",
      path: `/images/create?fromImage=${encodeURIComponent(reference)}`,
      ...(login === undefined ? {} : { headers: { "X-Registry-Auth": login } }),
    });
    let rest = "";
    for await (const chunk of answer.body) {
      const parts = (rest + String(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        if (part.trim() === "") continue;
        const event = JSON.parse(part) as { status?: string; progress?: string; error?: string };
        // The status line was 200 long before: a failure comes inside the stream.
        if (event.error !== undefined) throw new EngineError(500, event.error);
        onProgress([event.status, event.progress].filter(Boolean).join(" "));
      }
    }
  }

  /**
   * What a container wrote.
   *
   * @param tail number of lines from the end, or `all`
   */
  async *logs(container: string, tail: number | "all", follow = false): AsyncGenerator<string> {
    const path = `/containers/${encodeURIComponent(container)}/logs?stdout=1&stderr=1&tail=${tail}&follow=${follow ? 1 : 0}`;
    const answer = await this.send({ method: "GET", path });
    yield* frames(answer.body);
  }

  /** Runs a command in a container with `input` on its standard input; gives what it wrote and its exit code. */
  async exec(
    container: string,
    command: readonly string[],
    input: string,
  ): Promise<{ output: string; exitCode: number }> {
    const { Id } = await this.json<{ Id: string }>("POST", `/containers/${encodeURIComponent(container)}/exec`, {
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Cmd: command,
    });
    const answer = await this.send({
      method: "POST",
      path: `/exec/${Id}/start`,
      body: { Detach: false, Tty: false },
      headers: { Connection: "Upgrade", Upgrade: "tcp" },
    });
    answer.socket?.end(input);
    let output = "";
    for await (const text of frames(answer.socket ?? answer.body)) output += text;
    const { ExitCode } = await this.json<{ ExitCode: number }>("GET", `/exec/${Id}/json`);
    return { output, exitCode: ExitCode };
  }

  private async optional<T>(path: string): Promise<T | undefined> {
    try {
      return await this.json<T>("GET", path);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  // The caller knows the shape of the answer; the engine's API is versioned.

  private async json<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    const answer = await this.send({ method, path, ...(body === undefined ? {} : { body }) });
    return JSON.parse(await read(answer)) as T;
  }

  private async empty(method: "POST" | "DELETE", path: string): Promise<void> {
    await read(await this.send({ method, path }));
  }

  private async send(request: EngineRequest): Promise<EngineResponse> {
    const answer = await this.transport.send({ ...request, path: this.prefix + request.path });
    if (answer.status >= 400) throw new EngineError(answer.status, errorText(await read(answer)));
    return answer;
  }
}

async function read(answer: EngineResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function errorText(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    // Not the engine itself but something before it, for example a proxy: its own words are all there is.
    return body;
  }
}

function unreachable(host: EngineHost, error: NodeJS.ErrnoException): string {
  const where = `the Docker engine at ${host.address} (from ${host.source})`;
  switch (error.code) {
    case "ENOENT":
    case "ECONNREFUSED":
      return (
        `Nothing answers as ${where}. Start it (Linux: sudo systemctl start docker; otherwise Docker Desktop), ` +
        "or install it: https://docs.docker.com/engine/install/ (./setup.sh --install does it on Debian and Ubuntu). " +
        "Without an engine, ./datalab synth shows what would be deployed."
      );
    case "EACCES":
      return `This account may not use ${where}. Add it to the group: sudo usermod -aG docker "$USER", then log in again.`;
    default:
      return `Cannot reach ${where}: ${error.message}. Without an engine, ./datalab synth shows what would be deployed.`;
  }
}

/** Compares dotted versions by their numbers: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.-]/).map(Number);
  const right = b.split(/[.-]/).map(Number);
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] || 0) - (right[index] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
