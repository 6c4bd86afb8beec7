import { join } from "node:path";
import { checkoutId } from "../../constructs/docker/checkout";
import type { Engine } from "../engine/client";
import { findContainers } from "../engine/ours";
import type { InspectedContainer, InspectedNetwork } from "../engine/types";
import type { EnvironmentDescription } from "../model/description";
import { readState } from "../terraform/habits/state";
import { findVolumes } from "./owners";
import type { Reality } from "./repair-plan";

/** Looks at the engine and at the state files. */
export async function look(engine: Engine, environment: EnvironmentDescription, top: string): Promise<Reality> {
  const names = environment.stacks.flatMap((stack) => stack.networks);
  const [listed, networks] = await Promise.all([
    findContainers(engine, environment.name),
    Promise.all(names.map((name) => engine.network(name))),
  ]);
  // What a service made itself is its own business: no plan knows it, and nothing of it is to be repaired.
  const found = listed.filter(({ kind }) => kind !== "spawned");
  const inspected = await Promise.all(
    found.map(async (container) => {
      const details = await engine.inspect(container.engineId);
      return {
        ...container,
        exitCode: details?.State.ExitCode ?? 0,
        networks: Object.values(details?.NetworkSettings.Networks ?? {}).map(({ NetworkID }) => NetworkID),
        settings: [details?.Config, details?.HostConfig, attachments(details)],
      };
    }),
  );
  const states = new Map(
    environment.stacks.map(({ id }) => [id, readState(join(top, ".datalab", "state", `${id}.tfstate`))]),
  );
  const volumes = await findVolumes(engine, environment, top, states.values());
  return { found: inspected, networks: byName(networks), checkout: checkoutId(top), volumes, states };
}

/** The list of attached containers changes with every start and is in no plan. */
function byName(networks: readonly (InspectedNetwork | undefined)[]): Reality["networks"] {
  return new Map(
    networks.flatMap((network) =>
      network === undefined
        ? []
        : [[network.Name, { id: network.Id, settings: { ...network, Containers: undefined } }] as const],
    ),
  );
}

/** How a container is attached to networks, without addresses, which change with every start. */
function attachments(details: InspectedContainer | undefined): unknown {
  return Object.entries(details?.NetworkSettings.Networks ?? {}).map(
    ([name, { NetworkID, Aliases, Links, IPAMConfig }]) => [name, NetworkID, Aliases, Links, IPAMConfig],
  );
}
