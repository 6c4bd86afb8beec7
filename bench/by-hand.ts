import type Docker from "dockerode";
import { eventually } from "../__tests__/integration/support/wait";
import { engine, inspect } from "../__tests__/integration/support/engine";

const network = "bench-by-hand";

/** A deployed container with its files, as an image that can be started by anybody's hand. */
export interface Recipe {
  readonly id: string;
  readonly image: string;
  readonly info: Docker.ContainerInspectInfo;
}

/** The security options, which the engine's types leave open. */
export function securityOptions(info: Docker.ContainerInspectInfo): string[] {
  return (info.HostConfig.SecurityOpt ?? []) as string[];
}

/** Makes images of deployed containers, so that all contestants start the same files with the same checks. */
export async function recipesOf(environment: string, ids: readonly string[]): Promise<Map<string, Recipe>> {
  const recipes = new Map<string, Recipe>();
  for (const id of ids) {
    const info = await inspect(`${environment}-${id}`);
    if (!info) throw new Error(`${environment}-${id} is not there`);
    const image = `datalab-bench/${id}:run`;
    await engine.getContainer(info.Id).commit({ repo: `datalab-bench/${id}`, tag: "run" });
    recipes.set(id, { id, image, info });
  }
  return recipes;
}

/** Removes what `recipesOf` made. */
export async function removeRecipes(recipes: ReadonlyMap<string, Recipe>): Promise<void> {
  for (const { image } of recipes.values()) await engine.getImage(image).remove({ force: true });
}

/** Seconds from the first container's creation to the last one's health, one after the other, from empty volumes. */
export async function secondsByHand(chain: readonly Recipe[]): Promise<number> {
  const created = await engine.createNetwork({ Name: network });
  const containers: Docker.Container[] = [];
  try {
    const began = performance.now();
    for (const { id, image, info } of chain) {
      const container = await engine.createContainer({
        name: `bench-${id}`,
        Image: image,
        Hostname: info.Config.Hostname,
        ...(info.Config.Healthcheck === undefined ? {} : { Healthcheck: info.Config.Healthcheck }),
        HostConfig: {
          Memory: info.HostConfig.Memory ?? 0,
          NanoCpus: info.HostConfig.NanoCpus ?? 0,
          CpuShares: info.HostConfig.CpuShares ?? 0,
          SecurityOpt: securityOptions(info),
          ...(info.HostConfig.Init === undefined ? {} : { Init: info.HostConfig.Init }),
        },
        NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [id] } } },
      });
      containers.push(container);
      await container.start();
      await eventually(`${id} by hand`, 120, async () => {
        const { State } = await container.inspect();
        if (info.Config.Labels["datalab.kind"] === "init") return State.Running ? undefined : true;
        return State.Health?.Status === "healthy" ? true : undefined;
      });
    }
    return (performance.now() - began) / 1000;
  } finally {
    for (const container of containers) await container.remove({ force: true, v: true });
    await created.remove();
  }
}
