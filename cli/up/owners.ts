import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutId, checkoutLabel } from "../../constructs/docker/checkout";
import type { Engine } from "../engine/client";
import { environmentLabel } from "../engine/ours";
import type { InspectedVolume } from "../engine/types";
import { privateFolder, writePrivate } from "../files";
import type { EnvironmentDescription } from "../model/description";
import type { StateResource } from "../terraform/habits/state";

/** A volume of the environment that exists on the engine. */
export interface FoundVolume {
  readonly name: string;
  /** The checkout that made it, when its label tells. */
  readonly checkout: string | undefined;
  /** `unknown`: it has no label, and no state of this checkout holds it. */
  readonly owner: "this" | "other" | "unknown";
}

/** What tells whether a volume is this checkout's. */
export interface Claim {
  /** The checkout's own id, and those whose volumes it took over. */
  readonly checkouts: ReadonlySet<string>;
  /** Names of the volumes in this checkout's states. */
  readonly inState: ReadonlySet<string>;
}

/**
 * Whose a volume is. The label counts where there is one, because a state adopts every volume of the right name;
 * volumes of versions before the label have the state alone.
 */
export function ownerOf({ Name, Labels }: InspectedVolume, { checkouts, inState }: Claim): FoundVolume {
  const checkout = Labels?.[checkoutLabel];
  if (checkout !== undefined) {
    return { name: Name, checkout, owner: checkouts.has(checkout) ? "this" : "other" };
  }
  return { name: Name, checkout, owner: inState.has(Name) ? "this" : "unknown" };
}

/** The volumes of an environment that exist, each with its owner. */
export async function findVolumes(
  engine: Engine,
  environment: EnvironmentDescription,
  top: string,
  states: Iterable<readonly StateResource[]>,
): Promise<FoundVolume[]> {
  const claim: Claim = {
    checkouts: new Set([checkoutId(top) ?? [], ...adoptedCheckouts(top, environment.name)].flat()),
    inState: new Set([...states].flat().flatMap(({ type, id }) => (type === "docker_volume" ? [id] : []))),
  };
  const names = environment.stacks.flatMap(({ volumes }) => volumes);
  const [found, spawned] = await Promise.all([
    Promise.all(names.map((name) => engine.volume(name))),
    // Services that make containers make volumes too, under names that no stack knows.
    engine.volumes([environmentLabel(environment.name)]),
  ]);
  const volumes = [...found.flatMap((volume) => volume ?? []), ...spawned.filter(({ Name }) => !names.includes(Name))];
  return volumes.map((volume) => ownerOf(volume, claim));
}

/** Ids of other checkouts whose volumes `up --adopt` took over for this one. */
export function adoptedCheckouts(top: string, environment: string): string[] {
  const file = join(top, ".datalab", "adopted", environment);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** Remembers that volumes of other checkouts are this one's from now on: the engine cannot change their labels. */
export function adoptVolumes(top: string, environment: string, volumes: readonly FoundVolume[]): void {
  const foreign = volumes.flatMap(({ owner, checkout }) =>
    owner === "other" && checkout !== undefined ? checkout : [],
  );
  if (foreign.length === 0) return;
  const all = new Set([...adoptedCheckouts(top, environment), ...foreign]);
  writePrivate(join(privateFolder(top, "adopted"), environment), [...all, ""].join("\n"));
}
