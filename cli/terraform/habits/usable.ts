import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../../engine/client";
import type { StackDescription } from "../../model/description";
import type { StackPlan } from "../stack";

const pollMilliseconds = 100;

/**
 * Waits until the networks and volumes of a stack exist, or its apply has ended. Stacks with anything else, and
 * plans that replace what exists, are usable when they are applied.
 *
 * @returns whether what depends on the stack may begin
 */
export async function isUsable(
  engine: Engine,
  stack: StackDescription,
  plan: StackPlan | undefined,
  applied: Promise<boolean>,
): Promise<boolean> {
  const onlyCreates = plan?.changes.every(({ action }) => action === "create") === true;
  if (stack.kind !== "foundation" || stack.networks.length === 0 || !onlyCreates) return applied;
  const ended = new AbortController();
  const end = applied.finally(() => {
    ended.abort();
  });
  while (!ended.signal.aborted) {
    if (await allExist(engine, stack)) return true;
    await sleep(pollMilliseconds);
  }
  return end;
}

async function allExist(engine: Engine, { networks, volumes }: StackDescription): Promise<boolean> {
  const found = await Promise.all([
    ...networks.map((name) => engine.network(name)),
    ...volumes.map((name) => engine.volume(name)),
  ]);
  return found.every((one) => one !== undefined);
}
