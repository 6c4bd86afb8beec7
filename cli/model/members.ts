import type { EnvironmentDescription } from "./description";
import { sortNames } from "./names";

/**
 * Names of the components that are named themselves, by their group or by one of their services. Unlike what `up` brings,
 * nothing that they stand on.
 *
 * @param names Default: all
 * @throws PreflightError when there is no such name.
 */
export function membersOf(environment: EnvironmentDescription, names: readonly string[]): Set<string> {
  const { groups, components, containers } = sortNames(environment, names);
  const owners = new Set([...components, ...containers.map(({ component }) => component)]);
  return new Set(
    environment.components.flatMap(({ name, group }) => (groups.includes(group) || owners.has(name) ? name : [])),
  );
}
