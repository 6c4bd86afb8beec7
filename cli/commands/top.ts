import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/client";
import { findContainers, match } from "../engine/ours";
import type { ContainerUsage } from "../engine/types";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { membersOf } from "../model/members";
import { openOnEngine } from "../open-environment";
import { memoryText, table } from "../output/table";
import type { Colours } from "../output/terminal";

/** One container as `top --json` prints it. */
export interface TopEntry {
  readonly container: string;
  readonly component: string;
  readonly group: string;
  readonly state: string;
  readonly health: string;
  /** Cores that it used between two looks, and its limit. */
  readonly cpus: number;
  readonly cpuLimit: number;
  /** Without the cache of files, which the kernel gives back. */
  readonly memoryMiB: number;
  readonly memoryLimitMiB: number;
  readonly restarts: number;
}

const sampleMilliseconds = 1000;
const pauseMilliseconds = 1000;
/** Share of the memory limit from which on it is shown in red. */
const tight = 0.9;

/** `datalab top [names…]`: what containers use of their limits; live on a terminal, one table elsewhere or with `--once`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine } = await openOnEngine(invocation, "top");
  const { terminal, args, options } = invocation;
  const meant = membersOf(environment, args);
  const containers = environment.containers.filter(({ kind, component }) => kind === "service" && meant.has(component));
  if (terminal.json) {
    terminal.printJson({ environment: environment.name, containers: await look(engine, environment, containers) });
    return 0;
  }
  if (options["once"] === true || !terminal.live) {
    terminal.print(topText(environment.name, await look(engine, environment, containers), terminal.colours));
    return 0;
  }
  const interrupted = new AbortController();
  const onSignal = (): void => {
    interrupted.abort();
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  while (!interrupted.signal.aborted) {
    const entries = await look(engine, environment, containers);
    const lines = topText(environment.name, entries, terminal.colours).split("\n");
    // Home, and what is below is cleared line by line: a cleared screen would flicker.
    terminal.raw(`\u001b[H${lines.slice(0, terminal.rows - 1).join("\u001b[K\n")}\u001b[K\u001b[J\n`);
    await sleep(pauseMilliseconds, undefined, { signal: interrupted.signal }).catch((error: unknown) => {
      if (!interrupted.signal.aborted) throw error;
    });
  }
  return 0;
}

async function look(
  engine: Engine,
  environment: EnvironmentDescription,
  containers: readonly ContainerDescription[],
): Promise<TopEntry[]> {
  const present = match(containers, await findContainers(engine, environment.name)).flatMap(({ described, found }) =>
    found === undefined ? [] : [{ described, found }],
  );
  const usages = (): Promise<(ContainerUsage | undefined)[]> =>
    Promise.all(
      present.map(async ({ found }) => (found.state === "running" ? engine.usage(found.engineId) : undefined)),
    );
  const before = await usages();
  await sleep(sampleMilliseconds);
  const [after, inspected] = await Promise.all([
    usages(),
    Promise.all(present.map(({ found }) => engine.inspect(found.engineId))),
  ]);
  return present.map(({ described, found }, index) => ({
    container: described.name,
    component: described.component,
    group: described.group,
    state: found.state,
    health: found.health,
    cpus: cpusBetween(before[index], after[index]),
    cpuLimit: described.cpus,
    memoryMiB: usedMiB(after[index]),
    memoryLimitMiB: described.memoryMiB,
    restarts: inspected[index]?.RestartCount ?? 0,
  }));
}

/** Cores that were busy between two looks. */
export function cpusBetween(before: ContainerUsage | undefined, after: ContainerUsage | undefined): number {
  if (before === undefined || after === undefined) return 0;
  const nanoseconds = (Date.parse(after.read) - Date.parse(before.read)) * 1e6;
  const busy = after.cpu_stats.cpu_usage.total_usage - before.cpu_stats.cpu_usage.total_usage;
  // A container that was restarted in between begins to count anew.
  return nanoseconds > 0 && busy > 0 ? Math.round((busy / nanoseconds) * 100) / 100 : 0;
}

/** Memory that cannot be given back, in MiB. */
export function usedMiB(usage: ContainerUsage | undefined): number {
  const { usage: total = 0, stats = {} } = usage?.memory_stats ?? {};
  const cache = stats.inactive_file ?? stats.total_inactive_file ?? 0;
  return Math.round(Math.max(0, total - cache) / 1024 / 1024);
}

/** The table for a person, those that use most memory first. */
export function topText(environment: string, entries: readonly TopEntry[], { bold, red, dim }: Colours): string {
  const sum = (value: (entry: TopEntry) => number): number => entries.reduce((total, entry) => total + value(entry), 0);
  const rows = entries
    .toSorted((a, b) => b.memoryMiB - a.memoryMiB)
    .map((entry) => {
      const { container, state, health, cpus, cpuLimit, memoryMiB, memoryLimitMiB, restarts } = entry;
      const share = memoryMiB / memoryLimitMiB;
      const memory = `${memoryText(memoryMiB)} / ${memoryText(memoryLimitMiB)}`;
      const percent = `${Math.round(share * 100)} %`;
      const isOff = state !== "running";
      return [
        container,
        isOff ? dim(state) : health,
        isOff ? "" : `${cpus.toFixed(2)} / ${cpuLimit}`,
        isOff ? "" : memory,
        isOff ? "" : share >= tight ? red(percent) : percent,
        restarts > 0 ? red(String(restarts)) : "0",
      ];
    });
  const total = `${memoryText(sum(({ memoryMiB }) => memoryMiB))} of ${memoryText(sum(({ memoryLimitMiB }) => memoryLimitMiB))}`;
  return [
    `Environment ${environment}: ${sum(({ cpus }) => cpus).toFixed(2)} cores, ${total} of memory`,
    "",
    table([["CONTAINER", "HEALTH", "CPUS", "MEMORY", "OF LIMIT", "RESTARTS"].map(bold), ...rows]),
  ].join("\n");
}
