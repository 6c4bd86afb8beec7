import { PassThrough, Readable } from "node:stream";
import Docker from "dockerode";
import { PreflightError } from "../exit";
import type { EngineHost } from "./host";
import { connectionOptions } from "./library";
import type { EngineInfo, InspectedContainer, InspectedNetwork, InspectedVolume, ListedContainer } from "./types";

/** The API of the oldest engine that is supported: 20.10. */
export const oldestApi = "1.41";
const answerTimeout = 5000;

/** The calls of the Docker engine that the commands use. What the engine refuses is thrown as the library's error. */
export class Engine {
  private constructor(
    readonly host: EngineHost,
    readonly apiVersion: string,
    private readonly docker: Docker,
  ) {}

  /**
   * Connects, and agrees on the version of the API.
   *
   * @throws PreflightError when the engine cannot be reached or is too old.
   */
  static async connect(host: EngineHost): Promise<Engine> {
    const options = connectionOptions(host);
    let version: string;
    try {
      version = (await new Docker({ ...options, timeout: answerTimeout }).version()).ApiVersion;
    } catch (error) {
      throw new PreflightError(unreachable(host, error as NodeJS.ErrnoException));
    }
    if (compareVersions(version, oldestApi) < 0) {
      throw new PreflightError(
        `The Docker engine at ${host.address} speaks API ${version}; datalab needs ${oldestApi} (Docker 20.10) or newer. ` +
          "Update it: https://docs.docker.com/engine/install/",
      );
    }
    return new Engine(host, version, new Docker({ ...options, version: `v${version}` }));
  }

  info(): Promise<EngineInfo> {
    return this.docker.info() as Promise<EngineInfo>;
  }

  /** @param labels only containers with all of these, as `key` or `key=value`. Stopped ones are included. */
  containers(labels: readonly string[] = []): Promise<ListedContainer[]> {
    return this.docker.listContainers({ all: true, filters: { label: [...labels] } });
  }

  /** The container, or undefined when there is none. */
  inspect(container: string): Promise<InspectedContainer | undefined> {
    return optional<InspectedContainer>(this.docker.getContainer(container).inspect());
  }

  async start(container: string): Promise<void> {
    await orUnchanged(this.docker.getContainer(container).start());
  }

  /** @param graceSeconds time between the request to stop and the kill */
  async stop(container: string, graceSeconds: number): Promise<void> {
    await orUnchanged(this.docker.getContainer(container).stop({ t: graceSeconds }));
  }

  /** Removes a container with its anonymous volumes. */
  async remove(container: string): Promise<void> {
    await this.docker.getContainer(container).remove({ force: true, v: true });
  }

  network(name: string): Promise<InspectedNetwork | undefined> {
    return optional<InspectedNetwork>(this.docker.getNetwork(name).inspect() as Promise<InspectedNetwork>);
  }

  async removeNetwork(name: string): Promise<void> {
    await this.docker.getNetwork(name).remove();
  }

  volume(name: string): Promise<InspectedVolume | undefined> {
    return optional<InspectedVolume>(this.docker.getVolume(name).inspect());
  }

  async removeVolume(name: string): Promise<void> {
    await this.docker.getVolume(name).remove();
  }

  image(reference: string): Promise<{ readonly Id: string } | undefined> {
    return optional(this.docker.getImage(reference).inspect());
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
    const from = this.docker.getContainer(container);
    const stream = follow
      ? await from.logs({ ...options, follow: true })
      : Readable.from([await from.logs({ ...options, follow: false })]);
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

  /** Both channels of a multiplexed stream, in the order in which they were written. */
  private async *texts(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
    const both = new PassThrough({ encoding: "utf8" });
    stream.on("end", () => both.end());
    stream.on("error", (error: Error) => both.destroy(error));
    this.docker.modem.demuxStream(stream, both, both);
    for await (const text of both) yield String(text);
  }
}

/** What Docker's configuration knows of an account at a registry. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
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
