import type { FoundContainer } from "../engine/ours";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { type ChosenStack, containersOf } from "../model/select";
import type { StateResource } from "../terraform/habits/state";
import type { FoundVolume } from "./owners";

/** A network as the engine has it. */
export interface FoundNetwork {
  readonly id: string;
  /** Everything of it that a plan could find different. */
  readonly settings: unknown;
}

/** What is there before `up` begins. */
export interface Reality {
  /** All containers with the environment's label, but those that a service made itself. */
  readonly found: readonly (FoundContainer & {
    readonly exitCode: number;
    /** Ids of the networks that it is attached to. */
    readonly networks: readonly string[];
    /** Everything of the container that a plan could find different. */
    readonly settings: unknown;
  })[];
  /** The environment's networks that exist, by name. */
  readonly networks: ReadonlyMap<string, FoundNetwork>;
  /** Id of this checkout; undefined before the first synthesis. */
  readonly checkout: string | undefined;
  /** The environment's volumes that exist. */
  readonly volumes: readonly FoundVolume[];
  /** By stack. */
  readonly states: ReadonlyMap<string, readonly StateResource[]>;
}

/** What has to be done before Terraform can plan, each with its reason. */
export interface RepairPlan {
  /** Stopped containers that are only to be started; Terraform would recreate them. */
  readonly start: readonly ContainerDescription[];
  /** Containers that no state knows. */
  readonly remove: readonly FoundContainer[];
  /** Networks that exist and that no state knows. */
  readonly importNetworks: readonly { readonly stack: string; readonly address: string; readonly id: string }[];
  /** Addresses that Terraform has to replace, by stack. */
  readonly replace: ReadonlyMap<string, readonly string[]>;
  /** For the operator, one line each. */
  readonly notes: readonly string[];
}

/**
 * Compares what is described, what the states know and what exists.
 *
 * @param stacks the stacks, or parts, that are going to be applied; all other containers are left alone
 */
export function planRepairs(
  environment: EnvironmentDescription,
  stacks: readonly ChosenStack[],
  reality: Reality,
): RepairPlan {
  const known = knownIds(reality);
  const meant = containersOf(environment, stacks);
  const names = new Set(meant.map(({ name }) => name));
  // Of a group that is meant as a whole, also what is described no more.
  const groups = new Set(stacks.flatMap(({ group, part }) => (part === undefined ? group : [])));
  const here = reality.found.filter(({ name, group }) => groups.has(group) || names.has(name));
  const notes: string[] = [];

  const remove = here.filter(({ engineId }) => !known.has(engineId));
  for (const { name } of remove) {
    notes.push(
      `${name} is in no state (an earlier run was cut off): it is removed and recreated; its data is in volumes`,
    );
  }

  const importNetworks = networksToImport(stacks, reality, known);
  for (const { name } of importNetworks) {
    notes.push(`the network ${name} exists and is in no state (an earlier run was cut off): it is taken over`);
  }

  const replace = new Map<string, string[]>();
  const addReplacement = (container: ContainerDescription, why: string): void => {
    replace.set(container.stack, [...(replace.get(container.stack) ?? []), container.address]);
    notes.push(`${container.name} ${why}: it is recreated`);
  };
  const start: ContainerDescription[] = [];
  for (const container of meant) {
    const found = here.find(({ name, engineId }) => name === container.name && known.has(engineId));
    if (!found) continue;
    if (container.kind === "init") {
      if (found.state === "exited" && found.exitCode !== 0)
        addReplacement(container, `failed with exit code ${found.exitCode}`);
    } else if (container.networks.some((name) => !isOn(found.networks, reality.networks.get(name)))) {
      addReplacement(container, "is not on all of its networks");
    } else if (found.state === "exited" || found.state === "created") {
      start.push(container);
      notes.push(`${container.name} is stopped: it is started`);
    }
  }
  return { start, remove, importNetworks, replace, notes };
}

/** The provider's ids of everything that the states hold. */
export function knownIds({ states }: Pick<Reality, "states">): Set<string> {
  return new Set([...states.values()].flatMap((resources) => resources.map(({ id }) => id)));
}

function isOn(networks: readonly string[], network: FoundNetwork | undefined): boolean {
  return network !== undefined && networks.includes(network.id);
}

function networksToImport(
  stacks: readonly ChosenStack[],
  reality: Reality,
  known: ReadonlySet<string>,
): { stack: string; address: string; id: string; name: string }[] {
  return stacks.flatMap(({ id: stack, networks, addresses }) =>
    networks.flatMap((name) => {
      const found = reality.networks.get(name);
      const address = addresses[name];
      if (found === undefined || address === undefined || known.has(found.id)) return [];
      return [{ stack, address, id: found.id, name }];
    }),
  );
}
