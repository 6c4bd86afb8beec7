import { PreflightError } from "../exit";
import type { ContainerDescription, EnvironmentDescription, StackDescription } from "./description";

/**
 * The stacks that the groups need: their own and all that these depend on, in the order in which they are applied.
 *
 * @param groups Default: all groups of the environment
 * @throws PreflightError when there is no such group.
 */
export function stacksFor(environment: EnvironmentDescription, groups: readonly string[]): StackDescription[] {
  const chosen = checkGroups(environment, groups);
  const byId = new Map(environment.stacks.map((stack) => [stack.id, stack]));
  const wanted = new Set<string>();
  const visit = (id: string): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    byId.get(id)?.dependsOn.forEach(visit);
  };
  for (const stack of environment.stacks) {
    if (stack.group !== undefined && chosen.includes(stack.group)) visit(stack.id);
  }
  return environment.stacks.filter(({ id }) => wanted.has(id));
}

/**
 * The stacks of the groups and of all groups that stand on these, those that go down first in front.
 * Foundation and images are left out: they hold no containers.
 */
export function stacksOn(environment: EnvironmentDescription, groups: readonly string[]): StackDescription[] {
  const chosen = checkGroups(environment, groups);
  const affected = new Set<string>();
  // Stacks are in order, so that a stack comes after all that it depends on.
  for (const stack of environment.stacks) {
    if (stack.group === undefined) continue;
    if (chosen.includes(stack.group) || stack.dependsOn.some((id) => affected.has(id))) affected.add(stack.id);
  }
  return environment.stacks.filter(({ id }) => affected.has(id)).reverse();
}

/** The containers of some stacks. */
export function containersOf(
  environment: EnvironmentDescription,
  stacks: readonly StackDescription[],
): ContainerDescription[] {
  const ids = new Set(stacks.map(({ id }) => id));
  return environment.containers.filter(({ stack }) => ids.has(stack));
}

/** Names of the groups to which some stacks belong. */
export function groupsOf(stacks: readonly StackDescription[]): string[] {
  return stacks.flatMap(({ group }) => (group === undefined ? [] : [group]));
}

function checkGroups(environment: EnvironmentDescription, groups: readonly string[]): readonly string[] {
  if (groups.length === 0 || (groups.length === 1 && groups[0] === "all")) return environment.groups;
  const unknown = groups.find((group) => !environment.groups.includes(group));
  if (unknown !== undefined) {
    throw new PreflightError(
      `There is no group "${unknown}" in environment ${environment.name}; it has: ${environment.groups.join(", ")} (or all).`,
    );
  }
  return groups;
}

/**
 * Service containers in levels: those of one level need only those of the levels before.
 * Init containers count as links between what they need and what needs them.
 */
export function startLevels(
  environment: EnvironmentDescription,
  containers: readonly ContainerDescription[],
): ContainerDescription[][] {
  const key = (stack: string, id: string): string => `${stack}/${id}`;
  const byKey = new Map(environment.containers.map((container) => [key(container.stack, container.id), container]));
  const stackRank = new Map(environment.stacks.map(({ id }, index) => [id, index]));
  const depths = new Map<ContainerDescription, number>();
  const depth = (container: ContainerDescription): number => {
    const known = depths.get(container);
    if (known !== undefined) return known;
    const before = container.after.flatMap((id) => byKey.get(key(container.stack, id)) ?? []);
    const own = container.kind === "service" ? 1 : 0;
    const value = own + Math.max(0, ...before.map(depth));
    depths.set(container, value);
    return value;
  };
  const levels = new Map<string, ContainerDescription[]>();
  const services = containers.filter(({ kind }) => kind === "service");
  // A stack starts after the stacks that it depends on, so its rank comes before the depth inside it.
  const ranked = services
    .map((container) => ({
      container,
      rank: groupRank(environment, container.stack, stackRank),
      depth: depth(container),
    }))
    .sort((a, b) => a.rank - b.rank || a.depth - b.depth);
  for (const entry of ranked) {
    const level = `${entry.rank}/${entry.depth}`;
    levels.set(level, [...(levels.get(level) ?? []), entry.container]);
  }
  return [...levels.values()];
}

/** Length of the longest chain of stacks below this one: stacks of one rank are independent. */
function groupRank(environment: EnvironmentDescription, id: string, order: ReadonlyMap<string, number>): number {
  const stack = environment.stacks[order.get(id) ?? -1];
  if (!stack) return 0;
  return 1 + Math.max(0, ...stack.dependsOn.map((dependency) => groupRank(environment, dependency, order)));
}
