import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { startLevels } from "../model/select";
import type { Engine } from "./client";
import { type FoundContainer, findContainers, match } from "./ours";
import { waitHealthy } from "./wait";

export interface LifecycleEvents {
  /** One container was asked to start or stop. */
  readonly onBegin: (container: ContainerDescription) => void;
  readonly onPoll?: (found: readonly FoundContainer[]) => void;
}

/**
 * Starts the stopped ones of some containers, each level when the one before is healthy.
 *
 * @returns the containers that did not get healthy; what needs them was not started
 */
export async function startContainers(
  engine: Engine,
  environment: EnvironmentDescription,
  containers: readonly ContainerDescription[],
  events: LifecycleEvents,
): Promise<ContainerDescription[]> {
  for (const level of startLevels(environment, containers)) {
    const pairs = match(level, await findContainers(engine, environment.name));
    const present = pairs.filter((pair) => pair.found !== undefined);
    await Promise.all(
      present
        .filter(({ found }) => found?.state === "exited" || found?.state === "created")
        .map(async ({ described }) => {
          events.onBegin(described);
          await engine.start(described.name);
        }),
    );
    const failed = await waitHealthy(
      engine,
      environment.name,
      present.map(({ described }) => described),
      events.onPoll,
    );
    if (failed.length > 0) return failed;
  }
  return [];
}

/** Docker's own time between the request to stop and the kill, for containers of which no description tells another. */
export const usualGraceSeconds = 10;

/** Removes containers with the time to stop that their descriptions give them, those that are described no more too. */
export async function removeFound(
  engine: Engine,
  { containers }: EnvironmentDescription,
  found: readonly FoundContainer[],
): Promise<void> {
  await Promise.all(
    found.map(async ({ engineId, name }) => {
      const described = containers.find((container) => container.name === name);
      await engine.stop(engineId, described?.stopGraceSeconds ?? usualGraceSeconds);
      await engine.remove(engineId);
    }),
  );
}

/** Stops the running ones of some containers, those that nothing else needs first. */
export async function stopContainers(
  engine: Engine,
  environment: EnvironmentDescription,
  containers: readonly ContainerDescription[],
  events: LifecycleEvents,
): Promise<void> {
  for (const level of startLevels(environment, containers).reverse()) {
    const pairs = match(level, await findContainers(engine, environment.name));
    await Promise.all(
      pairs
        .filter(({ found }) => found !== undefined && found.state !== "exited" && found.state !== "created")
        .map(async ({ described }) => {
          events.onBegin(described);
          await engine.stop(described.name, described.stopGraceSeconds);
        }),
    );
  }
}
