import type Docker from "dockerode";
import { eventually } from "../__tests__/integration/support/wait";
import { engine } from "../__tests__/integration/support/engine";
import { aliasesOf, isStep, mountsOf, type Recipe, securityOptions } from "./recipe";

const network = "bench-by-hand";
/** Begins the names of the volumes. */
const volumePrefix = "bench-";

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
    const volumes = [...recipes.values()].flatMap(mountsOf).filter(({ volume }) => volume);
    for (const name of new Set(volumes.map(({ source }) => source))) {
      await engine.getVolume(volumePrefix + name).remove({ force: true });
    }
    await created.remove();
  }
}

async function run(recipe: Recipe, containers: Docker.Container[]): Promise<void> {
  const { id, image, info } = recipe;
  const { HostConfig: host, Config: config } = info;
  const container = await engine.createContainer({
    name: `bench-${id}`,
    Image: image,
    Hostname: config.Hostname,
    ...(config.Healthcheck === undefined ? {} : { Healthcheck: config.Healthcheck }),
    HostConfig: {
      Binds: mountsOf(recipe).map(
        ({ source, target, readOnly, volume }) =>
          `${volume ? volumePrefix : ""}${source}:${target}:${readOnly ? "ro" : "rw"}`,
      ),
      SecurityOpt: securityOptions(recipe),
      ...same(host, ["Memory", "NanoCpus", "CpuShares", "Init", "Tmpfs", "ReadonlyRootfs", "CapAdd", "CapDrop"]),
      ...same(host, ["ShmSize", "Ulimits"]),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: aliasesOf(recipe) } } },
  });
  containers.push(container);
  await container.start();
  await eventually(`${id} by hand`, 600, async () => {
    const { State } = await container.inspect();
    if (isStep(recipe)) return State.Running ? undefined : true;
    return State.Health?.Status === "healthy" ? true : undefined;
  });
}

/** What an object says of some things, where it says anything. */
function same<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const stated = keys.filter((key) => value[key] !== undefined && value[key] !== null);
  return Object.fromEntries(stated.map((key) => [key, value[key]])) as Partial<Pick<T, K>>;
}
