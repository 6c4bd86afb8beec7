import { PreflightError } from "../exit";
import type { ContainerDescription, EnvironmentDescription } from "./description";

/** What an operator named, sorted by what it is. */
export interface Named {
  readonly groups: readonly string[];
  readonly components: readonly string[];
  /** Containers of single services, where a command takes these. */
  readonly containers: readonly ContainerDescription[];
}

/** How much of a name may differ for it to be offered instead. */
const likeness = 0.4;

/**
 * Sorts names of groups, components and services; none, or `all` among them, stands for all groups.
 *
 * @param whole what the command does with whole components, for example `up`: it takes no single services. Default: it takes them
 * @throws PreflightError for a name that the environment does not have, or that means two things.
 */
export function sortNames(environment: EnvironmentDescription, names: readonly string[], whole?: string): Named {
  const groups = new Set<string>();
  const components = new Set<string>();
  const containers = new Set<ContainerDescription>();
  for (const name of names.filter((one) => one !== "all")) {
    const own = servicesCalled(environment, name);
    const owner = own[0]?.component;
    const meanings = [
      ...(environment.groups.includes(name) ? [`the group ${name}`] : []),
      ...(environment.components.some((one) => one.name === name) ? [`the component ${name}`] : []),
      ...(owner === undefined || owner === name ? [] : [`a service of ${owner}`]),
    ];
    if (meanings.length === 0) throw unknown(environment, name);
    if (meanings.length > 1) {
      throw new PreflightError(
        `"${name}" is ${meanings.join(" and ")} in environment ${environment.name}. Name what you mean by its parts: ./datalab services list --env ${environment.name} shows them.`,
      );
    }
    if (environment.groups.includes(name)) groups.add(name);
    else if (owner === undefined || owner === name) components.add(name);
    else if (whole === undefined) for (const container of own) containers.add(container);
    else {
      throw new PreflightError(
        `"${name}" is a service of ${owner}, and "${whole}" works on whole components: ./datalab ${whole} ${owner} --env ${environment.name}`,
      );
    }
  }
  // Only now: a name that there is none of was meant for something.
  if (names.length === 0 || names.includes("all")) {
    return { groups: environment.groups, components: [], containers: [] };
  }
  return { groups: [...groups], components: [...components], containers: [...containers] };
}

/**
 * Refuses single components, for targets that deploy whole groups.
 *
 * @throws PreflightError when there is one among the names, or one that does not exist.
 */
export function refuseParts(environment: EnvironmentDescription, names: readonly string[], command: string): void {
  const [component] = sortNames(environment, names, command).components;
  if (component === undefined) return;
  const group = environment.components.find(({ name }) => name === component)?.group ?? "all";
  throw new PreflightError(
    `"${component}" is a component of the group ${group}, and on ${environment.target} whole groups are deployed: ` +
      `./datalab ${command} ${group} --env ${environment.name}`,
  );
}

/** The containers of services and replicas of a name. */
function servicesCalled(environment: EnvironmentDescription, name: string): ContainerDescription[] {
  return environment.containers.filter(
    ({ kind, id, service, name: full }) => kind === "service" && [id, service, full].includes(name),
  );
}

function unknown(environment: EnvironmentDescription, name: string): Error {
  const services = environment.containers.filter(({ kind }) => kind === "service");
  const known = [
    ...environment.groups,
    ...environment.components.map((component) => component.name),
    ...services.flatMap(({ id, service }) => [service, id]),
  ];
  const near = nearest(name, known);
  const groups = environment.groups.map((group) => {
    const members = environment.components.filter((component) => component.group === group);
    return `  ${group}: ${members.map((component) => component.name).join(", ")}`;
  });
  return new PreflightError(
    [
      `Environment ${environment.name} has no group, component or service "${name}".` +
        (near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : ""),
      "Its groups (or all) with their components:",
      ...groups,
    ].join("\n"),
  );
}

/** The names that are most like one, best first, at most three. */
export function nearest(name: string, known: readonly string[]): string[] {
  return [...new Set(known)]
    .map((other) => ({ other, distance: distanceOf(name, other) / Math.max(name.length, other.length) }))
    .filter(({ distance }) => distance <= likeness)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other);
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i || j));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      (rows[i] ?? [])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost, swapped);
    }
  }
  return at(a.length, b.length);
}
