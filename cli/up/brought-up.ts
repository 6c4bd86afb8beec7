import { join } from "node:path";
import type { EnvironmentDescription } from "../model/description";
import { readState } from "../terraform/habits/state";

/** Names of the components that an `up` made and no `down` took away, whether their containers still are there or not. */
export function broughtUp({ stacks, containers }: EnvironmentDescription, top: string): Set<string> {
  const known = stacks.flatMap(({ id }) => {
    const addresses = new Set(readState(join(top, ".datalab", "state", `${id}.tfstate`)).map(({ address }) => address));
    return containers.filter(
      ({ kind, stack, address }) => kind === "service" && stack === id && addresses.has(address),
    );
  });
  return new Set(known.map(({ component }) => component));
}
