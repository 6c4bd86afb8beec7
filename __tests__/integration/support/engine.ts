import { Agent } from "node:http";
import Docker from "dockerode";
import { PassThrough } from "node:stream";

/** The engine under test. */
export const engine = new Docker();
// While a test waits for a command, the engine closes connections that nobody uses, and they must not be taken again.
(engine.modem as { agent?: Agent }).agent = new Agent({ keepAlive: false });

/** Details of a container, or undefined when there is none of that name. */
export async function inspect(name: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await engine.getContainer(name).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** The engine's ids of all containers of an environment, running or not, by name. */
export async function idsOf(environment: string): Promise<ReadonlyMap<string, string>> {
  const filters = { label: [`datalab.environment=${environment}`] };
  const containers = await engine.listContainers({ all: true, filters });
  return new Map(containers.map(({ Names, Id }) => [(Names[0] ?? "").slice(1), Id]));
}

/** Names of all containers of an environment, running or not. */
export async function containersOf(environment: string): Promise<string[]> {
  return [...(await idsOf(environment)).keys()].sort();
}

export interface Answer {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a command in a container and collects both of its output streams. */
export async function execute(container: string, command: readonly string[], user?: string): Promise<Answer> {
  const exec = await engine.getContainer(container).exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    ...(user === undefined ? {} : { User: user }),
  });
  const stream = await exec.start({});
  const both = new PassThrough();
  const chunks: Buffer[] = [];
  both.on("data", (chunk: Buffer) => chunks.push(chunk));
  engine.modem.demuxStream(stream, both, both);
  await new Promise((resolve, reject) => {
    stream.on("end", resolve);
    stream.on("error", reject);
  });
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: Buffer.concat(chunks).toString("utf8") };
}

/** Removes whatever an environment left on the engine: containers, then its networks and its volumes, by name. */
export async function removeEnvironment(environment: string): Promise<void> {
  for (const name of await containersOf(environment)) {
    await engine.getContainer(name).remove({ force: true, v: true });
  }
  const networks = await engine.listNetworks({ filters: { name: [`${environment}-`] } });
  for (const { Id, Name } of networks) {
    if (Name.startsWith(`${environment}-`)) await engine.getNetwork(Id).remove();
  }
  const { Volumes } = await engine.listVolumes({ filters: { name: [`${environment}-`] } });
  for (const { Name } of Volumes) {
    if (Name.startsWith(`${environment}-`)) await engine.getVolume(Name).remove();
  }
}
