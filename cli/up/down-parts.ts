import { removeFound, stopContainers } from "../engine/lifecycle";
import { findContainers } from "../engine/ours";
import { announceAway } from "../engine/registry";
import { OperationError, PreflightError } from "../exit";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { dependentsOf } from "../model/select";
import { initialise, runnersFor } from "../terraform/runners";
import type { Removal } from "./down";
import { removalFailureText, type StackFailure } from "./failure";

/**
 * Refuses to take components from under others that exist.
 *
 * @param existing names of the components that have containers
 * @throws PreflightError with those that stand on them.
 */
export function refuseUsed(
  environment: EnvironmentDescription,
  components: readonly string[],
  existing: ReadonlySet<string>,
): void {
  const users = dependentsOf(environment, components).filter((name) => existing.has(name));
  if (users.length === 0) return;
  const all = [...components, ...users].join(" ");
  throw new PreflightError(
    `Nothing was removed: ${users.join(", ")} ${users.length === 1 ? "stands" : "stand"} on ${components.join(", ")}. ` +
      `Take them down together: ./datalab down ${all} --env ${environment.name}. ` +
      `To stop them and keep the containers: ./datalab stop ${components.join(" ")} --env ${environment.name}`,
  );
}

/**
 * Removes the containers of single components, each asked to stop before those that it stands on, and the agent of a
 * group of which no service is left. Not by Terraform, which would take along all that was made after them.
 *
 * @returns names of the containers
 * @throws OperationError when the states cannot be told.
 */
export async function removeComponents(removal: Removal, components: readonly string[]): Promise<string[]> {
  const { engine, environment, terminal } = removal;
  const found = await findContainers(engine, environment.name);
  const existing = new Set(found.flatMap(({ component, kind }) => (kind === "service" ? component : [])));
  const leaving = withAgents(environment, components, existing);
  const described = containersToRemove(environment, leaving, existing);
  const names = new Set(described.map(({ name }) => name));
  const going = found.filter(
    ({ name, kind, component }) => names.has(name) || (kind !== "init" && leaving.includes(component)),
  );
  await announceAway(removal, found, described, terminal);
  await stopContainers(engine, environment, described, { onBegin: () => undefined });
  await removeFound(engine, environment, going);
  for (const { name } of going) terminal.note(`  removed ${name}`);
  await forget(removal, described);
  return going.map(({ name }) => name);
}

/** The components, and the agents that have nothing to register any more when these are gone. */
function withAgents(
  environment: EnvironmentDescription,
  components: readonly string[],
  existing: ReadonlySet<string>,
): string[] {
  const stays = (id: string): boolean =>
    environment.containers.some(
      ({ kind, id: own, component }) =>
        kind === "service" && own === id && existing.has(component) && !components.includes(component),
    );
  const agents = environment.components.filter(
    ({ name, registers }) => !components.includes(name) && existing.has(name) && registers.length > 0,
  );
  return [...components, ...agents.filter(({ registers }) => !registers.some(stays)).map(({ name }) => name)];
}

/** The services of components, and the steps that none of those that stay has brought. */
function containersToRemove(
  environment: EnvironmentDescription,
  leaving: readonly string[],
  existing: ReadonlySet<string>,
): ContainerDescription[] {
  const groupOf = new Map(environment.components.map(({ name, group }) => [name, group]));
  return environment.containers.filter(({ kind, component, group, id }) => {
    if (kind === "service") return leaving.includes(component);
    const users = environment.components.filter((one) => one.group === group && one.steps.includes(id));
    if (users.some(({ name }) => existing.has(name) && !leaving.includes(name))) return false;
    return (
      users.some(({ name }) => leaving.includes(name)) ||
      (leaving.includes(component) && groupOf.get(component) === group)
    );
  });
}

async function forget(
  { environment, top, write, terraform }: Removal,
  containers: readonly ContainerDescription[],
): Promise<void> {
  write();
  const stacks = environment.stacks.filter(({ id }) => containers.some(({ stack }) => stack === id));
  const runners = runnersFor(stacks, top, terraform);
  await initialise(runners.values());
  const failures: StackFailure[] = [];
  for (const [id, runner] of runners) {
    const addresses = containers.filter(({ stack }) => stack === id).map(({ address }) => address);
    const { ok, errors } = await runner.forget(addresses);
    if (!ok) failures.push({ stack: id, errors });
  }
  if (failures.length > 0) throw new OperationError(removalFailureText(failures));
}
