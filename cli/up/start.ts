import { findContainers, match } from "../engine/ours";
import { announceAway, announcePresence } from "../engine/registry";
import { startContainers, stopContainers, usualGraceSeconds } from "../engine/lifecycle";
import { OperationError, PreflightError } from "../exit";
import type { ContainerDescription } from "../model/description";
import { Progress } from "../output/progress";
import { count } from "../output/table";
import type { Terminal } from "../output/terminal";
import type { OpenOnEngine } from "../open-environment";
import { failureReport } from "./failure";
import { Watch } from "./watch";

/**
 * Starts containers in order and says how it goes. Whoever calls it holds the lock.
 *
 * @returns names of those that exist, and are healthy now
 * @throws PreflightError when none of them exists; OperationError when one does not get healthy.
 */
export async function startAndReport(
  { engine, environment }: OpenOnEngine,
  terminal: Terminal,
  containers: readonly ContainerDescription[],
): Promise<string[]> {
  const services = containers.filter(({ kind }) => kind === "service");
  const present = match(services, await findContainers(engine, environment.name))
    .filter(({ found }) => found !== undefined)
    .map(({ described }) => described);
  if (present.length === 0) {
    throw new PreflightError(`There is nothing to start. Make it first: ./datalab up --env ${environment.name}`);
  }
  const progress = new Progress(terminal, [...new Set(present.map(({ component }) => component))]);
  const watch = new Watch(engine, environment, present, progress);
  let failed: ContainerDescription[];
  try {
    failed = await startContainers(engine, environment, present, {
      onBegin: ({ component }) => {
        progress.set(component, "busy", "starting");
      },
    });
    const found = await findContainers(engine, environment.name);
    await watch.show(found);
    await announcePresence({ engine, environment }, found, terminal);
  } finally {
    await watch.end();
    progress.end();
  }
  if (failed.length > 0) throw new OperationError(await failureReport(engine, environment, [], failed));
  terminal.note(`${count(present.length, "container")} of environment ${environment.name} running and healthy`);
  return present.map(({ name }) => name);
}

/**
 * Stops containers in order and says how it goes. Whoever calls it holds the lock.
 *
 * @returns names of those that ran
 */
export async function stopAndReport(
  { engine, environment }: OpenOnEngine,
  terminal: Terminal,
  containers: readonly ContainerDescription[],
): Promise<string[]> {
  const owners = new Set(containers.map(({ group, component }) => `${group}/${component}`));
  const stopped: string[] = [];
  const running = await findContainers(engine, environment.name);
  await announceAway({ engine, environment }, running, containers, terminal);
  await stopContainers(engine, environment, containers, {
    onBegin: ({ name }) => {
      stopped.push(name);
      terminal.note(`  stopping ${name}`);
    },
  });
  // After those that made them, which would recreate them.
  const spawned = (await findContainers(engine, environment.name)).filter(
    ({ kind, group, component, state }) =>
      kind === "spawned" && owners.has(`${group}/${component}`) && state === "running",
  );
  await Promise.all(
    spawned.map(async ({ engineId, name }) => {
      stopped.push(name);
      terminal.note(`  stopping ${name}`);
      await engine.stop(engineId, usualGraceSeconds);
    }),
  );
  terminal.note(
    stopped.length === 0
      ? `Nothing of environment ${environment.name} was running`
      : `${count(stopped.length, "container")} of environment ${environment.name} stopped; data and containers are kept`,
  );
  return stopped;
}
