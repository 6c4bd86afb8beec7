import { connectEngine } from "../engine/connect";
import type { Engine } from "../engine/client";
import { removeFound } from "../engine/lifecycle";
import { findContainers } from "../engine/ours";
import { OperationError } from "../exit";
import type { EnvironmentDescription, StackDescription } from "../model/description";
import { sortNames } from "../model/names";
import { groupsOf, stacksUnder } from "../model/select";
import { count } from "../output/table";
import type { Terminal } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { inOrder, reversed } from "../terraform/order";
import type { Terraform } from "../terraform/program";
import { initialise, runnerOf, runnersFor } from "../terraform/runners";
import { readState } from "../terraform/habits/state";
import { refuseUsed, removeComponents } from "./down-parts";
import { removalFailureText, type StackFailure } from "./failure";
import { refuseForeign } from "./foreign";
import { look } from "./reality";
import { withTerraform } from "./work";

/** What `down --json` prints. */
export interface DownResult {
  readonly environment: string;
  readonly groups: readonly string[];
  /** Those of other groups. */
  readonly components: readonly string[];
  /** Names of the containers, or on AWS addresses of the resources, that were removed. */
  readonly removed: readonly string[];
}

/**
 * Removes the containers of groups and of all that stands on these, and those of single components.
 *
 * @param names Default: all groups
 * @throws PreflightError when something stands on a component; OperationError when something could not be removed.
 */
export async function downDocker(
  opened: OpenEnvironment,
  names: readonly string[],
  terminal: Terminal,
): Promise<DownResult> {
  const { environment, top } = opened;
  const named = sortNames(environment, names, "down");
  const stacks = stacksUnder(environment, { ...named, components: [] });
  const groups = groupsOf(stacks);
  const components = named.components.filter((name) => !isIn(environment, groups, name));
  const engine = await connectEngine();
  const place = { top, environment: environment.name, engine: engine.host };
  const removed = await withTerraform(place, `datalab down --env ${environment.name}`, terminal, async (terraform) => {
    await terraform.version(environment.target);
    const reality = await look(engine, environment, top);
    refuseForeign(environment, reality);
    const existing = reality.found.flatMap(({ component, kind }) => (kind === "service" ? component : []));
    refuseUsed(environment, components, new Set(existing.filter((name) => !isIn(environment, groups, name))));
    const removal = { ...opened, engine, terraform, terminal };
    const whole = stacks.length === 0 ? [] : await removeContainers(removal, stacks, names.length === 0);
    const parts = components.length === 0 ? [] : await removeComponents(removal, components);
    return [...whole, ...parts];
  });
  const all = [...groups, ...components];
  terminal.note(
    `Environment ${environment.name}: ${all.join(", ")} down; data is kept, ./datalab up ${components.join(" ")}${components.length > 0 ? " " : ""}--env ${environment.name} brings it back`,
  );
  return { environment: environment.name, groups, components, removed };
}

function isIn({ components }: EnvironmentDescription, groups: readonly string[], name: string): boolean {
  return components.some((component) => component.name === name && groups.includes(component.group));
}

/** With what containers are removed. */
export interface Removal extends OpenEnvironment {
  readonly engine: Engine;
  readonly terraform: Terraform;
  readonly terminal: Terminal;
}

/**
 * Removes the containers of stacks, those of killed runs too.
 *
 * @param everything whether containers of groups that are not described any more go as well
 * @returns names of the containers
 * @throws OperationError when something could not be removed.
 */
export async function removeContainers(
  { environment, top, write, engine, terraform, terminal }: Removal,
  stacks: readonly StackDescription[],
  everything: boolean,
): Promise<string[]> {
  write();
  const runners = runnersFor(stacks, top, terraform);
  const holding = stacks.filter(({ id }) => readState(runnerOf(runners, id).stateFile).length > 0);
  await initialise(holding.map(({ id }) => runnerOf(runners, id)));
  const failures: StackFailure[] = [];
  const removed: string[] = [];
  await inOrder(reversed(holding), async ({ id }) => {
    const result = await runnerOf(runners, id).destroy(({ kind, address }) => {
      if (kind !== "done") return;
      const container = environment.containers.find((one) => one.stack === id && one.address === address);
      removed.push(container?.name ?? address);
      terminal.note(`  removed ${container?.name ?? address}`);
    });
    if (!result.ok) failures.push({ stack: id, errors: result.errors });
    return result.ok;
  });
  if (failures.length > 0) throw new OperationError(removalFailureText(failures));
  const left = await removeLeftovers(engine, environment, stacks, everything);
  if (left.length > 0) terminal.note(`  removed ${count(left.length, "container")} that no state knew`);
  return [...removed, ...left];
}

/** Containers of an earlier, killed run are in no state; those of groups that were renamed have no stack any more. */
async function removeLeftovers(
  engine: Engine,
  environment: EnvironmentDescription,
  stacks: readonly StackDescription[],
  everything: boolean,
): Promise<string[]> {
  const groups = groupsOf(stacks);
  const found = (await findContainers(engine, environment.name)).filter(
    ({ group }) => everything || groups.includes(group),
  );
  await removeFound(engine, environment, found);
  return found.map(({ name }) => name);
}
