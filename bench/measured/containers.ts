import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { engine, inspect } from "../../__tests__/integration/support/engine";
import type { ContainerDescription } from "../../cli/model/description";
import { median } from "../measure";

/** Figures of one container. */
export interface Measured {
  readonly container: ContainerDescription;
  /** Memory in use, in MiB, without what the kernel keeps of files and gives up at once. */
  readonly memoryMiB: number;
  /** From the start of its process until its health check passes, in seconds; undefined where it was not started again. */
  readonly startSeconds: number | undefined;
}

const samples = 3;
const pollMilliseconds = 200;

/**
 * Looks at the services of an environment, which have to run and be healthy.
 *
 * @param restart whether to start each of them again, one after the other
 * @throws Error with the name of one that is not healthy, or does not become so in the time that it is given.
 */
export async function measureContainers(
  containers: readonly ContainerDescription[],
  restart: boolean,
): Promise<Measured[]> {
  const services = containers.filter(({ kind }) => kind === "service");
  for (const { name } of services) await healthyState(name);
  const measured: Measured[] = [];
  for (const container of services) {
    const memoryMiB = await memoryOf(container.name);
    measured.push({ container, memoryMiB, startSeconds: restart ? await startAgain(container) : undefined });
  }
  return measured;
}

async function memoryOf(name: string): Promise<number> {
  const figures: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const { memory_stats: memory } = await engine.getContainer(name).stats({ stream: false, "one-shot": true });
    // The first is the name in the second version of control groups, the other that in the first.
    const files = memory.stats.inactive_file || memory.stats.total_inactive_file || 0;
    figures.push((memory.usage - files) / 1024 / 1024);
  }
  return median(figures);
}

async function startAgain({ name, waitSeconds, stopGraceSeconds }: ContainerDescription): Promise<number> {
  await engine.getContainer(name).restart({ t: stopGraceSeconds });
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    const state = await stateOf(name);
    const passed = state.Health?.Log.find(({ ExitCode }) => ExitCode === 0);
    if (state.Health?.Status === "healthy" && passed) {
      return (Date.parse(passed.End) - Date.parse(state.StartedAt)) / 1000;
    }
    if (Date.now() > deadline) throw new Error(`${name} is not healthy ${waitSeconds} s after its start`);
    await sleep(pollMilliseconds);
  }
}

async function healthyState(name: string): Promise<void> {
  const { Health: health } = await stateOf(name);
  if (health?.Status !== "healthy") throw new Error(`${name} is ${health?.Status ?? "without a health check"}`);
}

async function stateOf(name: string): Promise<Docker.ContainerInspectInfo["State"]> {
  const info = await inspect(name);
  if (!info) throw new Error(`${name} does not exist`);
  return info.State;
}
