import type { ComponentDescription, ContainerDescription, EnvironmentDescription } from "../model/description";
import { durationText } from "../output/duration";
import { count, shorten } from "../output/table";
import type { Engine } from "./client";
import { type FoundContainer, match } from "./ours";
import { type ComponentStatus, isHealthy } from "./summary";
import type { InspectedContainer } from "./types";

/** What is wrong with a component and what to do, each in half a line. */
export interface Ailment {
  readonly problem: string;
  readonly advice: string;
}

const shownOutput = 120;

/**
 * What is wrong with each component that is not well, by its name.
 *
 * @param wanted names of those that were brought up: of others, nothing has to be there
 */
export async function findAilments(
  engine: Engine,
  environment: EnvironmentDescription,
  statuses: readonly ComponentStatus[],
  found: readonly FoundContainer[],
  wanted: ReadonlySet<string>,
): Promise<Map<string, Ailment>> {
  const byName = new Map(statuses.map((status) => [status.component, status]));
  const isIll = (name: string): boolean => {
    const status = byName.get(name);
    return status !== undefined && !isHealthy(status);
  };
  const ailments = new Map<string, Ailment>();
  for (const component of environment.components) {
    const status = byName.get(component.name);
    if (status === undefined || isHealthy(status)) continue;
    const ailment = await ailmentOf(engine, environment, component, status, found, wanted);
    if (ailment === undefined) continue;
    const cause = component.needs.find((name) => isIll(name));
    const first = cause === undefined ? "" : `it needs ${cause}, which is not well either: begin there; `;
    ailments.set(component.name, { ...ailment, advice: first + ailment.advice });
  }
  return ailments;
}

async function ailmentOf(
  engine: Engine,
  environment: EnvironmentDescription,
  component: ComponentDescription,
  { state, replicas }: ComponentStatus,
  found: readonly FoundContainer[],
  wanted: ReadonlySet<string>,
): Promise<Ailment | undefined> {
  const command = (words: string): string => `./datalab ${words} --env ${environment.name}`;
  const own = environment.containers.filter((one) => one.kind === "service" && one.component === component.name);
  if (state === "absent") {
    if (!wanted.has(component.name)) return undefined;
    return { problem: "is gone: somebody has removed its containers", advice: command(`up ${component.name}`) };
  }
  const pairs = match(own, found);
  const ill = pairs.find(({ found: one }) => one?.state === "restarting" || one?.health === "unhealthy");
  if (ill) return illness(await engine.inspect(ill.described.name), ill.described, command);
  const missing = pairs.filter((pair) => pair.found === undefined).map(({ described }) => described.id);
  if (missing.length > 0) {
    return { problem: `has no container ${missing.join(", ")}`, advice: command(`up ${component.name}`) };
  }
  const stopped = pairs.filter(({ found: one }) => one?.state !== "running").map(({ described }) => described);
  if (stopped.length > 0) {
    const some = state === "stopped" ? "" : ` with ${count(stopped.length, "container")} of ${replicas.desired}`;
    const names = state === "stopped" ? component.name : stopped.map(({ id }) => id).join(" ");
    return {
      problem: `is stopped${some}${await endText(engine, stopped)}`,
      advice: command(`start ${names}`),
    };
  }
  const starting = pairs.find(({ found: one }) => one?.health !== "healthy")?.described;
  const started = starting && (await engine.inspect(starting.name))?.State.StartedAt;
  const age = started === undefined ? "" : ` for ${durationText((Date.now() - Date.parse(started)) / 1000)}`;
  const limit = durationText(starting?.waitSeconds ?? 0);
  return { problem: `has been starting${age}`, advice: `it may take ${limit}; ${command(`logs ${component.name}`)}` };
}

function illness(
  inspected: InspectedContainer | undefined,
  { id, component }: ContainerDescription,
  command: (words: string) => string,
): Ailment {
  const logs = command(`logs ${id}`);
  if (inspected === undefined) return { problem: `${id} has just gone`, advice: command(`up ${component}`) };
  const { State: state, RestartCount } = inspected;
  const who = id === component ? "" : `(${id}) `;
  if (state.OOMKilled) {
    return {
      problem: `${who}runs out of memory, restarted ${RestartCount} times`,
      advice: `raise sizes["${component}"].memoryMiB in the environment's file, then ${command(`up ${component}`)}`,
    };
  }
  if (state.Restarting) {
    return {
      problem: `${who}ends again and again, last with exit code ${state.ExitCode}, restarted ${RestartCount} times`,
      advice: `look at ${logs}`,
    };
  }
  const output = state.Health?.Log?.at(-1)?.Output.trim() ?? "";
  const says =
    output === ""
      ? "its health check fails and says nothing"
      : `its health check says: ${shorten(output, shownOutput)}`;
  return { problem: `${who}is unhealthy since ${unhealthyFor(state)}: ${says}`, advice: `look at ${logs}` };
}

/** How long a check has been failing: the engine keeps the last few results and the number of failures in a row. */
function unhealthyFor({ Health: health }: InspectedContainer["State"]): string {
  const starts = (health?.Log ?? []).map(({ Start }) => Date.parse(Start));
  const [first = Date.now()] = starts;
  const last = starts.at(-1) ?? first;
  const spacing = starts.length > 1 ? (last - first) / (starts.length - 1) : 0;
  const failures = Math.max(1, health?.FailingStreak ?? 1);
  return durationText((Date.now() - last + spacing * (failures - 1)) / 1000);
}

async function endText(engine: Engine, [first]: readonly ContainerDescription[]): Promise<string> {
  const inspected = first && (await engine.inspect(first.name));
  if (inspected === undefined || inspected.State.Status !== "exited") return "";
  const { OOMKilled, ExitCode } = inspected.State;
  // 143 and 137 are what a program gives that was asked to end.
  if (!OOMKilled && [0, 137, 143].includes(ExitCode)) return "";
  return `, after exit code ${ExitCode}${OOMKilled ? " for lack of memory" : ""}`;
}
