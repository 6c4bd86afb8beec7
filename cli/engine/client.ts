import { PassThrough, Readable } from "node:stream";
import type Docker from "dockerode";
import { OperationError, PreflightError } from "../exit";
import { type Call, callEngine } from "./call";
import type { EngineHost } from "./host";
import { connectionOptions } from "./library";
import { lines } from "./lines";
import type {
  ContainerUsage,
  EngineEvent,
  EngineInfo,
  InspectedContainer,
  InspectedNetwork,
  InspectedVolume,
  ListedContainer,
} from "./types";

/** The API of the oldest engine that is supported: 20.10. */
export const oldestApi = "1.41";
/** How long the engine may take, in seconds. */
export interface TimeLimits {
  /** For the first answer. */
  readonly hello: number;
  /** For what it only looks up. */
  readonly look: number;
  /** For what it does: start, stop (beside the container's own time), remove. */
  readonly work: number;
}

/** Generous: a busy machine answers late. */
const usualLimits: TimeLimits = { hello: 5, look: 30, work: 120 };

/** The calls of the Docker engine that the commands use. What the engine refuses is thrown as the library's error. */
export class Engine {
  private constructor(
    readonly host: EngineHost,
    readonly apiVersion: string,
    private readonly options: Docker.DockerOptions,
    private readonly limits: TimeLimits,
  ) {}

  /**
   * Connects, and agrees on the version of the API.
   *
   * @throws PreflightError when the engine cannot be reached or is too old.
   */
  static async connect(host: EngineHost, limits: TimeLimits = usualLimits): Promise<Engine> {
    const options = connectionOptions(host);
    let answer: unknown;
    try {
      answer = await withinTime(limits.hello, (timeout) => callEngine({ ...options, timeout }, { path: "/version" }));
    } catch (error) {
      throw new PreflightError(unreachable(host, error as NodeJS.ErrnoException));
    }
    const version = (answer as { ApiVersion?: unknown } | null)?.ApiVersion;
    if (typeof version !== "string" || !/^\d+\.\d+$/.test(version)) {
      throw new PreflightError(
        `What answers at ${host.address} (from ${host.source}) is not a Docker engine. Correct the address: docker context ls shows those that are known.`,
      );
    }
    if (compareVersions(version, oldestApi) < 0) {
      throw new PreflightError(
        `The Docker engine at ${host.address} speaks API ${version}; datalab needs ${oldestApi} (Docker 20.10) or newer. ` +
          "Update it: https://docs.docker.com/engine/install/",
      );
    }
    return new Engine(host, version, { ...options, version: `v${version}` }, limits);
  }

  info(): Promise<EngineInfo> {
    return this.call("what it has", this.limits.look, { path: "/info" });
  }

  /** @param labels only containers with all of these, as `key` or `key=value`. Stopped ones are included. */
  containers(labels: readonly string[] = []): Promise<ListedContainer[]> {
    const query = { all: true, filters: { label: [...labels] } };
    return this.call("its containers", this.limits.look, { path: "/containers/json", query });
  }

  /** The container, or undefined when there is none. */
  inspect(container: string): Promise<InspectedContainer | undefined> {
    return this.look(`container ${container}`, `/containers/${container}/json`);
  }

  async start(container: string): Promise<void> {
    const call: Call = { method: "POST", path: `/containers/${container}/start` };
    await orUnchanged(this.call(`a start of ${container}`, this.limits.work, call));
  }

  /** @param graceSeconds time between the request to stop and the kill */
  async stop(container: string, graceSeconds: number): Promise<void> {
    const call: Call = { method: "POST", path: `/containers/${container}/stop`, query: { t: graceSeconds } };
    await orUnchanged(this.call(`a stop of ${container}`, this.limits.work + graceSeconds, call));
  }

  /** Removes a container with its anonymous volumes. */
  async remove(container: string): Promise<void> {
    const call: Call = { method: "DELETE", path: `/containers/${container}`, query: { force: true, v: true } };
    await this.call(`a removal of ${container}`, this.limits.work, call);
  }

  network(name: string): Promise<InspectedNetwork | undefined> {
    return this.look(`network ${name}`, `/networks/${name}`);
  }

  async removeNetwork(name: string): Promise<void> {
    const call: Call = { method: "DELETE", path: `/networks/${name}` };
    await this.call(`a removal of network ${name}`, this.limits.work, call);
  }

  volume(name: string): Promise<InspectedVolume | undefined> {
    return this.look(`volume ${name}`, `/volumes/${name}`);
  }

  /** All volumes with these labels. */
  async volumes(labels: readonly string[]): Promise<InspectedVolume[]> {
    const query = { filters: { label: [...labels] } };
    const answer = await this.call<{ readonly Volumes: InspectedVolume[] | null }>("its volumes", this.limits.look, {
      path: "/volumes",
      query,
    });
    return answer.Volumes ?? [];
  }

  async removeVolume(name: string): Promise<void> {
    const call: Call = { method: "DELETE", path: `/volumes/${name}` };
    await this.call(`a removal of volume ${name}`, this.limits.work, call);
  }

  image(reference: string): Promise<{ readonly Id: string } | undefined> {
    return this.look(`image ${reference}`, `/images/${reference}/json`);
  }

  /**
   * Pulls an image.
   *
   * @param login where the registry wants one
   */
  async pull(reference: string, login: RegistryLogin | undefined): Promise<void> {
    const docker = await this.library();
    const stream = await docker.pull(reference, login === undefined ? {} : { authconfig: { ...login } });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /**
   * What a container wrote.
   *
   * @param tail number of lines from the end, or `all`
   */
  async *logs(container: string, tail: number | "all", follow = false): AsyncGenerator<string> {
    const options = { stdout: true, stderr: true, ...(tail === "all" ? {} : { tail }) };
    const docker = await this.library();
    const stream = follow
      ? await docker.getContainer(container).logs({ ...options, follow: true })
      : Readable.from([
          await this.ask(`the log of ${container}`, this.limits.work, async (timeout) => {
            const limited = await this.library({ timeout });
            return limited.getContainer(container).logs({ ...options, follow: false });
          }),
        ]);
    yield* texts(docker, stream);
  }

  /** What a container uses now. */
  usage(container: string): Promise<ContainerUsage | undefined> {
    const query = { stream: "false", "one-shot": "true" };
    return optional(
      this.call(`the usage of ${container}`, this.limits.look, { path: `/containers/${container}/stats`, query }),
    );
  }

  /**
   * What happened to things with a label, oldest first. The engine remembers its last 256 events only.
   *
   * @param until where it ends; without it, it goes on
   */
  async *events(label: string, since: Date, until: Date | undefined): AsyncGenerator<EngineEvent> {
    const docker = await this.library();
    const stream = await docker.getEvents({
      since: since.getTime() / 1000,
      ...(until ? { until: until.getTime() / 1000 } : {}),
      filters: { label: [label] },
    });
    stream.setEncoding("utf8");
    for await (const line of lines(stream as AsyncIterable<string>))
      if (line !== "") yield JSON.parse(line) as EngineEvent;
  }

  /** Runs a command in a container with `input` on its standard input; gives what it wrote and its exit code. */
  async exec(
    container: string,
    command: readonly string[],
    input: string,
  ): Promise<{ output: string; exitCode: number }> {
    const docker = await this.library();
    const exec = await docker.getContainer(container).exec({
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Cmd: [...command],
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    stream.end(input);
    let output = "";
    for await (const text of texts(docker, stream)) output += text;
    const { ExitCode } = await exec.inspect();
    return { output, exitCode: ExitCode ?? -1 };
  }

  /**
   * Asks for something that ends by itself.
   *
   * @param what what is asked for, for messages: `its containers`
   * @throws OperationError when the engine does not answer in time, cannot be reached any more, or fails itself.
   * What it refuses (codes 400 to 499) is thrown as the library's error.
   */
  private async ask<T>(what: string, seconds: number, call: (timeout: number) => Promise<T>): Promise<T> {
    try {
      return await withinTime(seconds, call);
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined && status < 500) throw error;
      throw new OperationError(
        `The Docker engine at ${this.host.address} was asked for ${what}: ${(error as Error).message.trim()}. ` +
          "Look at the engine (docker info; Linux: sudo journalctl -u docker), restart it if it hangs, then run this again.",
      );
    }
  }

  private call<T>(what: string, seconds: number, call: Call): Promise<T> {
    return this.ask(what, seconds, (timeout) => callEngine<T>({ ...this.options, timeout }, call));
  }

  /** Asks for something that need not exist. */
  private look<T>(what: string, path: string): Promise<T | undefined> {
    return optional<T>(this.call(what, this.limits.look, { path }));
  }

  /** For streams, which may be silent for any length of time. Loaded only when there is one: see `callEngine`. */
  private async library(changes: Docker.DockerOptions = {}): Promise<Docker> {
    const { default: Library } = await import("dockerode");
    return new Library({ ...this.options, ...changes });
  }
}

/** Both channels of a multiplexed stream, in the order in which they were written. */
async function* texts({ modem }: Docker, stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const both = new PassThrough({ encoding: "utf8" });
  stream.on("end", () => both.end());
  stream.on("error", (error: Error) => both.destroy(error));
  modem.demuxStream(stream, both, both);
  for await (const text of both) yield String(text);
}

/** An account at a registry, as the engine takes it. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/**
 * Waits for an answer, and no longer than some time.
 *
 * @param call gets the time in milliseconds after which the library is to give up a silent connection: when only
 * the wait ended, the connection would keep the process alive. The library alone does not do: of an answer
 * that stops in its middle it never tells.
 */
async function withinTime<T>(seconds: number, call: (milliseconds: number) => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error(`no answer within ${seconds} s`), { code: "ETIMEDOUT" }));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([call(seconds * 1000), limit]);
  } finally {
    clearTimeout(timer);
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

async function optional<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** For requests that find the container in the wanted state already (304), which the library takes for an error. */
async function orUnchanged(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (statusOf(error) !== 304) throw error;
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
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `No machine has the name in the address of ${where}. Correct it, or fix the network.`;
    case "EACCES":
      return `This account may not use ${where}. Add it to the group: sudo usermod -aG docker "$USER", then log in again.`;
    default:
      return `Cannot work with ${where}: ${error.message.trim()}. Is it a Docker engine, and does it work (docker info)? Without an engine, ./datalab synth shows what would be deployed.`;
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
