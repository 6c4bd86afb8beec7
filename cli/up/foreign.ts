import { PreflightError } from "../exit";
import type { EnvironmentDescription } from "../model/description";
import { knownIds, type Reality } from "./repair-plan";

/**
 * Whether what exists belongs to another checkout: nothing of it is in this one's state.
 * Removing it as left over would take down a platform that somebody works with.
 */
export function isForeign(reality: Reality): boolean {
  const known = knownIds(reality);
  const ids = [
    ...reality.found.map(({ engineId }) => engineId),
    ...(reality.networkId === undefined ? [] : [reality.networkId]),
  ];
  return reality.found.length > 0 && !ids.some((id) => known.has(id));
}

/** @throws PreflightError when what exists belongs to another checkout. */
export function refuseForeign({ name }: EnvironmentDescription, reality: Reality): void {
  if (!isForeign(reality)) return;
  throw new PreflightError(
    `The engine runs an environment "${name}" of which this checkout has no state (${reality.found.length} containers). ` +
      "It was probably brought up from another checkout: work there, or give this one another name in config/environments. " +
      `If its state is lost, ./datalab up --env ${name} --adopt removes the containers and makes them anew upon the same data; ` +
      `the data opens only with the same secrets (.datalab/secrets/${name}).`,
  );
}

/**
 * Before data is deleted even a network alone counts: its owner may have taken the containers down and kept the data.
 *
 * @throws PreflightError when the environment's network is in no state of this checkout.
 */
export function refuseForeignData(environment: EnvironmentDescription, reality: Reality): void {
  refuseForeign(environment, reality);
  if (reality.networkId === undefined || knownIds(reality).has(reality.networkId)) return;
  throw new PreflightError(
    `The network of environment ${environment.name} was not made from this checkout, so its data is probably not this one's either. ` +
      `If its state is lost: ./datalab up --env ${environment.name} first, then destroy.`,
  );
}
