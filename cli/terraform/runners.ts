import type { StackDescription } from "../model/description";
import type { Terraform } from "./program";
import { TerraformStackRunner } from "./stack";

/** A runner for each stack, by its id. */
export function runnersFor(
  stacks: readonly StackDescription[],
  top: string,
  terraform: Terraform,
): Map<string, TerraformStackRunner> {
  return new Map(stacks.map(({ id }) => [id, new TerraformStackRunner(id, top, terraform)]));
}

/**
 * Runs `init` where it is needed. The first stack of each set of providers goes ahead:
 * it fills the cache of providers, which several at once would damage.
 *
 * @throws PreflightError when a provider cannot be had, or an earlier run left a state that has to be put back.
 */
export async function initialise(runners: Iterable<TerraformStackRunner>): Promise<void> {
  const sets = new Map<string, TerraformStackRunner[]>();
  const all = [...runners];
  for (const runner of all) runner.refuseUnsavedState();
  for (const runner of all) {
    const providers = runner.providers;
    sets.set(providers, [...(sets.get(providers) ?? []), runner]);
  }
  for (const set of sets.values()) {
    const waiting = set.filter((runner) => !runner.isInitialised);
    const first = set.find((runner) => runner.isInitialised) ?? waiting.shift();
    if (!first) continue;
    if (!first.isInitialised) await first.init();
    await Promise.all(waiting.filter((runner) => runner !== first).map((runner) => runner.init(first)));
  }
}
