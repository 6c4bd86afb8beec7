import { PreflightError } from "../exit";
import type { EnvironmentDescription } from "../model/description";
import type { FoundVolume } from "./owners";
import { knownIds, type Reality } from "./repair-plan";

/**
 * Whether what exists belongs to another checkout. The containers' label tells; those of versions before the label
 * are another checkout's when no container is in this one's state, which either knows the network no more, or
 * remembers containers that are gone. The network alone does not tell: whoever adopts an environment takes it over
 * as it is, and both states know it.
 *
 * Removing it as left over would take down a platform that somebody works with.
 */
export function isForeign({ found, networks, checkout, states }: Reality): boolean {
  const makers = new Set(found.flatMap((container) => container.checkout ?? []));
  if (makers.size > 0) return [...makers].some((maker) => maker !== checkout);
  const known = knownIds({ states });
  if (found.length === 0 || found.some(({ engineId }) => known.has(engineId))) return false;
  const remembers = [...states.values()].flat().some(({ type }) => type === "docker_container");
  return remembers || ![...networks.values()].some(({ id }) => known.has(id));
}

/** @throws PreflightError when the containers belong to another checkout. */
export function refuseForeign({ name }: EnvironmentDescription, reality: Reality): void {
  if (!isForeign(reality)) return;
  throw new PreflightError(
    `The engine runs an environment "${name}" that is not this checkout's (${reality.found.length} containers). ` +
      "It was probably brought up from another checkout: work there, or give this one another name in config/environments. " +
      `If its state is lost, ./datalab up --env ${name} --adopt removes the containers and recreates them on the same data; ` +
      `the data opens only with the same secrets (.datalab/secrets/${name}).`,
  );
}

/**
 * For commands that put containers upon the environment's data.
 *
 * @throws PreflightError when containers or volumes belong to another checkout.
 */
export function refuseForeignUse(environment: EnvironmentDescription, reality: Reality): void {
  refuseForeign(environment, reality);
  const { name } = environment;
  const foreign = reality.volumes.filter(({ owner }) => owner !== "this");
  if (foreign.length === 0) return;
  throw new PreflightError(
    `The engine has data of an environment "${name}" that is not this checkout's:\n${listed(foreign)}\n` +
      "Work in the checkout that made it, or give this environment another name in config/environments. " +
      `To make the data this checkout's: ./datalab up --env ${name} --adopt; ` +
      `it opens only with the secrets that it was made with (.datalab/secrets/${name}).`,
  );
}

/**
 * Before data is deleted even a network alone counts: its owner may have taken the containers down and kept the data.
 *
 * @throws PreflightError when volumes, the network or containers belong to another checkout.
 */
export function refuseForeignData(environment: EnvironmentDescription, reality: Reality): void {
  refuseForeign(environment, reality);
  const { name } = environment;
  const foreign = reality.volumes.filter(({ owner }) => owner !== "this");
  if (foreign.length > 0) {
    throw new PreflightError(
      `No data was deleted: this data of environment ${name} is not this checkout's.\n${listed(foreign)}\n` +
        "Delete it from the checkout that made it. " +
        `If it is yours and your state is lost: ./datalab up --env ${name} --adopt first, then destroy.`,
    );
  }
  const known = knownIds(reality);
  const [foreignNetwork] = [...reality.networks].filter(([, { id }]) => !known.has(id));
  if (foreignNetwork === undefined) return;
  throw new PreflightError(
    `No data was deleted: the network ${foreignNetwork[0]} of environment ${name} was not made from this checkout, so its data is probably not this one's either. ` +
      `If your state is lost: ./datalab up --env ${name} first, then destroy.`,
  );
}

function listed(volumes: readonly FoundVolume[]): string {
  return volumes
    .map(({ name, checkout }) =>
      checkout === undefined
        ? `  ${name}: made by an older version or by another tool, and in no state of this checkout`
        : `  ${name}: made by another checkout (${checkout})`,
    )
    .join("\n");
}
