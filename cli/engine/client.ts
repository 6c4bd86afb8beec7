import { PassThrough, Readable } from "node:stream";
import Docker from "dockerode";
import { OperationError, PreflightError } from "../exit";
import type { EngineHost } from "./host";
import { connectionOptions } from "./library";
import type { EngineInfo, InspectedContainer, InspectedNetwork, InspectedVolume, ListedContainer } from "./types";

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
    /** For streams, which may be silent for any length of time. */
    private readonly docker: Docker,
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
      answer = await withinTime(limits.hello, (timeout) => new Docker({ ...options, timeout }).version());
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
    const spoken = { ...options, version: `v${version}` };
    return new Engine(host, version, new Docker(spoken), spoken, limits);
  }

  info(): Promise<EngineInfo> {
    return this.ask("what it has", this.limits.look, (docker) => docker.info() as Promise<EngineInfo>);
  }

  /** @param labels only containers with all of these, as `key` or `key=value`. Stopped ones are included. */
  containers(labels: readonly string[] = []): Promise<ListedContainer[]> {
    return this.ask("its containers", this.limits.look, (docker) =>
      docker.listContainers({ all: true, filters: { label: [...labels] } }),
    );
  }

  /** The container, or undefined when there is none. */
  inspect(container: string): Promise<InspectedContainer | undefined> {
    return this.look<InspectedContainer>(`container ${container}`, (docker) =>
      docker.getContainer(container).inspect(),
    );
  }

  async start(container: string): Promise<void> {
    await this.ask(`a start of ${container}`, this.limits.work, (docker) =>
      orUnchanged(docker.getContainer(container).start()),
    );
  }

  /** @param graceSeconds time between the request to stop and the kill */
  async stop(container: string, graceSeconds: number): Promise<void> {
    await this.ask(`a stop of ${container}`, this.limits.work + graceSeconds, (docker) =>
      orUnchanged(docker.getContainer(container).stop({ t: graceSeconds })),
    );
  }

  /** Removes a container with its anonymous volumes. */
  async remove(container: string): Promise<void> {
    await this.ask(`a removal of ${container}`, this.limits.work, (docker) =>
      docker.getContainer(container).remove({ force: true, v: true }),
    );
  }

  network(name: string): Promise<InspectedNetwork | undefined> {
    return this.look(`network ${name}`, (docker) => docker.getNetwork(name).inspect() as Promise<InspectedNetwork>);
  }

  async removeNetwork(name: string): Promise<void> {
    await this.ask(`a removal of network ${name}`, this.limits.work, (docker) => docker.getNetwork(name).remove());
  }

  volume(name: string): Promise<InspectedVolume | undefined> {
    return this.look<InspectedVolume>(`volume ${name}`, (docker) => docker.getVolume(name).inspect());
  }

  async removeVolume(name: string): Promise<void> {
    await this.ask(`a removal of volume ${name}`, this.limits.work, (docker) => docker.getVolume(name).remove());
  }

  image(reference: string): Promise<{ readonly Id: string } | undefined> {
    return this.look(`image ${reference}`, (docker) => docker.getImage(reference).inspect());
  }

  /**
   * Pulls an image.
   *
   * @param login where the registry wants one
   */
  async pull(reference: string, login: RegistryLogin | undefined): Promise<void> {
    const stream = await this.docker.pull(reference, login === undefined ? {} : { authconfig: { ...login } });
    await new Promise<void>((resolve, reject) => {
      this.docker.modem.followProgress(stream, (error) => {
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
    const stream = follow
      ? await this.docker.getContainer(container).logs({ ...options, follow: true })
      : Readable.from([
          await this.ask(`the log of ${container}`, this.limits.work, (docker) =>
            docker.getContainer(container).logs({ ...options, follow: false }),
          ),
        ]);
    yield* this.texts(stream);
  }

  /** Runs a command in a container with `input` on its standard input; gives what it wrote and its exit code. */
  async exec(
    container: string,
    command: readonly string[],
    input: string,
  ): Promise<{ output: string; exitCode: number }> {
    const exec = await this.docker.getContainer(container).exec({
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Cmd: [...command],
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    stream.end(input);
    let output = "";
    for await (const text of this.texts(stream)) output += text;
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
  private async ask<T>(what: string, seconds: number, call: (docker: Docker) => Promise<T>): Promise<T> {
    try {
      return await withinTime(seconds, (timeout) => call(new Docker({ ...this.options, timeout })));
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined && status < 500) throw error;
      throw new OperationError(
        `The Docker engine at ${this.host.address} was asked for ${what}: ${(error as Error).message.trim()}. ` +
          "Look at the engine (docker info; Linux: sudo journalctl -u docker), restart it if it hangs, then run this again.",
      );
    }
  }

  /** Asks for something that need not exist. */
  private look<T>(what: string, call: (docker: Docker) => Promise<T>): Promise<T | undefined> {
    return this.ask(what, this.limits.look, (docker) => optional<T>(call(docker)));
  }

  /** Both channels of a multiplexed stream, in the order in which they were written. */
  private async *texts(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
    const both = new PassThrough({ encoding: "utf8" });
    stream.on("end", () => both.end());
    stream.on("error", (error: Error) => both.destroy(error));
    this.docker.modem.demuxStream(stream, both, both);
    for await (const text of both) yield String(text);
  }
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

/** For what is asked of a container that is so already (304), which the library takes for an error. */
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
      return `No machine has the name in the address of ${where}. Correct it, or mend the network.`;
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
