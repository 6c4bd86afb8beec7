import { engine } from "../../__tests__/integration/support/engine";
import type { BuildDescription } from "../../cli/model/description";

/** How large one of our own images is on the engine, uncompressed. */
export interface ImageSize {
  /** Without its tag. */
  readonly name: string;
  readonly base: string;
  readonly megabytes: number;
  /** What it has above its base, which others may share. */
  readonly aboveMegabytes: number;
}

/** Sizes of what the builds made, each once. */
export async function imageSizes(builds: readonly BuildDescription[]): Promise<ImageSize[]> {
  const unique = [...new Map(builds.map((build) => [build.name, build])).values()];
  return Promise.all(
    unique.map(async ({ name, base = "" }) => {
      const [whole, below] = await Promise.all([bytesOf(name), bytesOf(base)]);
      return {
        name: name.replace(/:[^:/]*$/, ""),
        base,
        megabytes: Math.round(whole / 1e6),
        aboveMegabytes: Math.round((whole - below) / 1e6),
      };
    }),
  );
}

async function bytesOf(name: string): Promise<number> {
  return (await engine.getImage(name).inspect()).Size;
}
