import type { ChosenStack } from "../model/select";
import { initialiseAll } from "./habits/initialisation";
import { refuseUnsavedState } from "./habits/unsaved-state";
import type { Terraform } from "./program";
import { TerraformStackRunner } from "./stack";

/** A runner for each stack, by its id; where a part is meant, it plans and applies nothing else. */
export function runnersFor(
  stacks: readonly ChosenStack[],
  top: string,
  terraform: Terraform,
): Map<string, TerraformStackRunner> {
  return new Map(stacks.map(({ id, part }) => [id, new TerraformStackRunner(id, top, terraform, part)]));
}

/** The runner of a stack. */
export function runnerOf(runners: ReadonlyMap<string, TerraformStackRunner>, id: string): TerraformStackRunner {
  const runner = runners.get(id);
  if (!runner) throw new Error(`no runner for ${id}`);
  return runner;
}

/**
 * Makes stacks ready for Terraform.
 *
 * @throws PreflightError when a provider cannot be had, or an earlier run left a state that has to be put back.
 */
export async function initialise(runners: Iterable<TerraformStackRunner>): Promise<void> {
  const all = [...runners];
  for (const { id, folder } of all) refuseUnsavedState(id, folder);
  await initialiseAll(all.map(({ initialisation }) => initialisation));
}
