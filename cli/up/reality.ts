import { join } from "node:path";
import type { Engine } from "../engine/client";
import { findContainers } from "../engine/ours";
import type { InspectedContainer } from "../engine/types";
import type { EnvironmentDescription } from "../model/description";
import { readState } from "../terraform/state";
import { findVolumes } from "./owners";
import type { Reality } from "./repair-plan";

/** Looks at the engine and at the state files. */
export async function look(engine: Engine, environment: EnvironmentDescription, top: string): Promise<Reality> {
  const [found, network] = await Promise.all([
    findContainers(engine, environment.name),
    engine.network(networkOf(environment)),
  ]);
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
  // The list of attached containers changes with every start and is in no plan.
  const networkSettings = { ...network, Containers: undefined };
  return { found: inspected, networkId: network?.Id, networkSettings, volumes, states };
}

/** How a container is attached to networks, without addresses, which change with every start. */
function attachments(details: InspectedContainer | undefined): unknown {
  return Object.entries(details?.NetworkSettings.Networks ?? {}).map(
    ([name, { NetworkID, Aliases, Links, IPAMConfig }]) => [name, NetworkID, Aliases, Links, IPAMConfig],
  );
}

/** Name of the environment's network. */
export function networkOf(environment: EnvironmentDescription): string {
  const name = environment.stacks.flatMap(({ networks }) => networks)[0];
  if (name === undefined) throw new Error(`${environment.name} has no network`);
  return name;
}
