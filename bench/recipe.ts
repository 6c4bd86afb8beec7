import type Docker from "dockerode";
import { engine, inspect } from "../__tests__/integration/support/engine";

/** A deployed container with its files, as an image that can be started by anybody's hand. */
export interface Recipe {
  readonly id: string;
  readonly image: string;
  readonly info: Docker.ContainerInspectInfo;
}

/** Makes images of deployed containers, so that all contestants start the same files with the same checks. */
export async function recipesOf(environment: string, ids: readonly string[]): Promise<Map<string, Recipe>> {
  const recipes = new Map<string, Recipe>();
  for (const id of ids) {
    const info = await inspect(`${environment}-${id}`);
    if (!info) throw new Error(`${environment}-${id} is not there`);
    const image = `datalab-bench/${id.toLowerCase()}:run`;
    await engine.getContainer(info.Id).commit({ repo: `datalab-bench/${id.toLowerCase()}`, tag: "run" });
    recipes.set(id, { id, image, info });
  }
  return recipes;
}

/** Removes what `recipesOf` made. */
export async function removeRecipes(recipes: ReadonlyMap<string, Recipe>): Promise<void> {
  for (const { image } of recipes.values()) await engine.getImage(image).remove({ force: true });
}

/** Whether it ends by itself, and those that wait for it wait for that. */
export function isStep({ info }: Recipe): boolean {
  return info.Config.Labels["datalab.kind"] === "init";
}

/** The security options, which the engine's types leave open. */
export function securityOptions({ info }: Recipe): string[] {
  return (info.HostConfig.SecurityOpt ?? []) as string[];
}

/** What a container has of volumes, by their names, and of the machine's folders. */
export function mountsOf({ info }: Recipe): { source: string; target: string; readOnly: boolean; volume: boolean }[] {
  return info.Mounts.filter(({ Type }) => Type === "volume" || Type === "bind").map((mount) => ({
    source: mount.Type === "volume" ? (mount.Name ?? "") : mount.Source,
    target: mount.Destination,
    readOnly: !mount.RW,
    volume: mount.Type === "volume",
  }));
}

/** The host names under which others find it; the engine's own name of it, made of its id, is left out. */
export function aliasesOf({ id, info }: Recipe): string[] {
  const aliases = Object.values(info.NetworkSettings.Networks).flatMap(
    (network) => (network.Aliases ?? []) as string[],
  );
  return [...new Set([id, ...aliases.filter((alias) => !info.Id.startsWith(alias))])];
}
