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

/**
 * Seconds from the first container's creation until all are healthy, from empty volumes: each is started as soon as
 * what it waits for is healthy or, of a step, has ended, which is found out without any tool in between.
 *
 * @param dependencies ids of the containers that each waits for
 */
export async function secondsByHand(
  recipes: ReadonlyMap<string, Recipe>,
  dependencies: Readonly<Record<string, readonly string[]>>,
): Promise<number> {
  const created = await engine.createNetwork({ Name: network });
  const containers: Docker.Container[] = [];
  const ready = new Map<string, Promise<void>>();
  const start = (recipe: Recipe): Promise<void> => {
    const known = ready.get(recipe.id);
    if (known) return known;
    const before = (dependencies[recipe.id] ?? []).flatMap((id) => recipes.get(id) ?? []);
    const done = Promise.all(before.map(start)).then(() => run(recipe, containers));
    ready.set(recipe.id, done);
    return done;
  };
  try {
    const began = performance.now();
    await Promise.all([...recipes.values()].map(start));
    return (performance.now() - began) / 1000;
  } finally {
    for (const container of containers) await container.remove({ force: true, v: true });
    await created.remove();
  }
}

async function run({ id, image, info }: Recipe, containers: Docker.Container[]): Promise<void> {
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
