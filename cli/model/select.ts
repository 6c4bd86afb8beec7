import { Closure } from "./closure";
import type { ContainerDescription, EnvironmentDescription, StackDescription } from "./description";
import { type Named, sortNames } from "./names";

/** A stack that is meant, or the part of it that is: its builds, volumes and networks are those of the part. */
export interface ChosenStack extends StackDescription {
  /** Terraform's addresses of the part; undefined for the whole stack. */
  readonly part?: readonly string[];
}

/**
 * The stacks that groups and components need: a group with all groups that it depends on, a component with the parts of
 * stacks that it stands on. In the order in which they are applied.
 *
 * @param names Default: all groups of the environment
 * @param command what takes whole components only, for messages. Default: single services are taken, too
 * @throws PreflightError when there is no such name.
 */
export function stacksFor(
  environment: EnvironmentDescription,
  names: readonly string[],
  command?: string,
): ChosenStack[] {
  const named = sortNames(environment, names, command);
  const wanted = wholeStacks(environment, named.groups);
  if (named.components.length + named.containers.length === 0) {
    return environment.stacks.filter(({ id }) => wanted.has(id));
  }
  const closure = new Closure(environment);
  named.components.forEach((name) => {
    closure.addComponent(name);
  });
  named.containers.forEach((container) => {
    closure.addContainer(container);
  });
  return partsOf(environment, closure, wanted);
}

function wholeStacks(environment: EnvironmentDescription, groups: readonly string[]): Set<string> {
  const byId = new Map(environment.stacks.map((stack) => [stack.id, stack]));
  const wanted = new Set<string>();
  const visit = (id: string): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    byId.get(id)?.dependsOn.forEach(visit);
  };
  for (const stack of environment.stacks) {
    if (stack.group !== undefined && groups.includes(stack.group)) visit(stack.id);
  }
  return wanted;
}

/** The stacks of which something is meant. The foundation counts as a part even where groups are meant as a whole. */
function partsOf(
  environment: EnvironmentDescription,
  { components, containers }: Closure,
  whole: ReadonlySet<string>,
): ChosenStack[] {
  const all = [...containers, ...environment.containers.filter(({ stack }) => whole.has(stack))];
  const used = {
    volumes: new Set(all.flatMap(({ volumes }) => volumes)),
    networks: new Set(all.flatMap(({ networks }) => networks)),
    images: withBases(environment, [
      ...all.map(({ image }) => image),
      ...environment.spawned
        .filter(({ component, stack }) => components.has(component) || whole.has(stack))
        .map(({ image }) => image),
    ]),
  };
  return environment.stacks.flatMap((stack): ChosenStack[] => {
    if (whole.has(stack.id) && stack.kind !== "foundation") return [stack];
    const own = containers.size === 0 ? [] : [...containers].filter((container) => container.stack === stack.id);
    const builds = stack.builds.filter(({ name }) => used.images.has(name));
    const volumes = stack.volumes.filter((name) => used.volumes.has(name));
    const networks = stack.networks.filter((name) => used.networks.has(name));
    const part = [
      ...own.map(({ address }) => address),
      ...builds.map(({ address }) => address),
      ...[...volumes, ...networks].flatMap((name) => stack.addresses[name] ?? []),
    ];
    if (part.length === 0) return [];
    const size =
      environment.containers.filter((container) => container.stack === stack.id).length +
      [stack.builds, stack.volumes, stack.networks].flat().length;
    if (part.length === size) return [stack];
    return [{ ...stack, builds, volumes, networks, part }];
  });
}

/** Images, and those that they are made from, whichever stacks build them. */
function withBases({ stacks }: EnvironmentDescription, images: readonly string[]): ReadonlySet<string> {
  const builds = stacks.flatMap((stack) => stack.builds);
  const wanted = new Set(images);
  // Whoever iterates over a set comes to what is added meanwhile.
  for (const image of wanted) {
    for (const { name, upon } of builds) if (name === image && upon !== undefined) wanted.add(upon);
  }
  return wanted;
}

/**
 * The stacks of groups and components and of all that stands on these, those that go down first in front.
 * Foundation and images are left out: they hold no containers.
 */
export function stacksOn(environment: EnvironmentDescription, names: readonly string[]): ChosenStack[] {
  return stacksUnder(environment, sortNames(environment, names));
}

/** The same for names that are sorted already. */
export function stacksUnder(environment: EnvironmentDescription, named: Named): ChosenStack[] {
  const affected = new Set<string>();
  // Stacks are in order, so that a stack comes after all that it depends on.
  for (const stack of environment.stacks) {
    if (stack.group === undefined) continue;
    if (named.groups.includes(stack.group) || stack.dependsOn.some((id) => affected.has(id))) affected.add(stack.id);
  }
  const containers = new Set([...named.containers, ...servicesOn(environment, named.components)]);
  return environment.stacks
    .flatMap((stack): ChosenStack[] => {
      if (affected.has(stack.id)) return [stack];
      const part = [...containers].filter((one) => one.stack === stack.id).map(({ address }) => address);
      return part.length === 0 ? [] : [{ ...stack, part }];
    })
    .reverse();
}

/** The service containers of components and of all that stands on these. */
function servicesOn(environment: EnvironmentDescription, components: readonly string[]): ContainerDescription[] {
  const affected = new Set([...components, ...dependentsOf(environment, components)]);
  return environment.containers.filter(({ kind, component }) => kind === "service" && affected.has(component));
}

/** Names of the components that stand on some, directly or not, without these themselves. */
export function dependentsOf(environment: EnvironmentDescription, components: readonly string[]): string[] {
  const affected = new Set(components);
  let size: number;
  do {
    ({ size } = affected);
    for (const { name, standsOn } of environment.components) {
      if (standsOn.some((other) => affected.has(other))) affected.add(name);
    }
  } while (affected.size > size);
  return [...affected].filter((name) => !components.includes(name));
}

/** The containers of some stacks, or of the parts that are meant. */
export function containersOf(
  environment: EnvironmentDescription,
  stacks: readonly ChosenStack[],
): ContainerDescription[] {
  return environment.containers.filter((container) => isMeant(stacks, container));
}

/** Whether a container is one of some stacks, or of the parts that are meant. */
export function isMeant(
  stacks: readonly ChosenStack[],
  { stack, address }: Pick<ContainerDescription, "stack" | "address">,
): boolean {
  return stacks.some(({ id, part }) => id === stack && (part === undefined || part.includes(address)));
}

/** Names of the groups to which some stacks belong. */
export function groupsOf(stacks: readonly StackDescription[]): string[] {
  return stacks.flatMap(({ group }) => (group === undefined ? [] : [group]));
}

/** What is meant, for a person: groups, and components where only a part of their group is meant. */
export function namesOf(environment: EnvironmentDescription, stacks: readonly ChosenStack[]): string[] {
  return stacks.flatMap(({ id, group, part }) => {
    if (group === undefined) return [];
    if (part === undefined) return [group];
    const services = environment.containers.filter(
      ({ kind, stack, address }) => kind === "service" && stack === id && part.includes(address),
    );
    return [...new Set(services.map(({ component }) => component))];
  });
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
