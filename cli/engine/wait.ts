import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerDescription } from "../model/description";
import type { Engine } from "./client";
import { type FoundContainer, findContainers, match } from "./ours";

const pollMilliseconds = 500;

/**
 * Waits until all of some containers are healthy.
 *
 * @param onPoll called with everything that exists, after each look
 * @returns the containers that were not healthy within the time that their specs give them
 */
export async function waitHealthy(
  engine: Engine,
  environment: string,
  containers: readonly ContainerDescription[],
  onPoll: (found: readonly FoundContainer[]) => void = () => undefined,
): Promise<ContainerDescription[]> {
  const begin = Date.now();
  for (;;) {
    const found = await findContainers(engine, environment);
    onPoll(found);
    const waiting = match(containers, found).filter((pair) => pair.found?.health !== "healthy");
    if (waiting.length === 0) return [];
    const seconds = (Date.now() - begin) / 1000;
    const hopeful = waiting.filter(
      ({ described, found: one }) => one !== undefined && isHopeful(one) && seconds < described.waitSeconds,
    );
    if (hopeful.length === 0) return waiting.map(({ described }) => described);
    await sleep(pollMilliseconds);
  }
}

/** Whether a container may still become healthy without anybody's help. */
function isHopeful({ state }: FoundContainer): boolean {
  return state === "running" || state === "restarting" || state === "created";
}
