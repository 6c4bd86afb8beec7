import { leastWorkerMiB } from "../constructs/components/spark.config";
import { isPlainObject, ownValue } from "../constructs/core/shown";

/** What an environment's `size` may be. */
export const sizeNames = ["small", "medium", "large"] as const;
export type SizeName = (typeof sizeNames)[number];

type Settings = Readonly<Record<string, unknown>>;

/**
 * Settings that a size gives where the environment's file leaves them out. Limits of services are stated by the
 * components themselves; here is what the schema has to know, because it is checked there.
 */
const presets: Readonly<Record<SizeName, Settings>> = {
  small: {
    airflow: { parallelism: 2 },
    jupyterhub: { servers: { memoryMiB: 1024, most: 1 } },
    prefect: { workers: { count: 1, runs: 2 } },
    spark: { workers: { count: 1, memoryMiB: leastWorkerMiB } },
  },
  medium: {},
  large: { prefect: { workers: { runs: 8 } }, spark: { workers: { cores: 2, memoryMiB: 2048 } } },
};

/** An environment's settings with those of its size laid under them. What is no settings at all is left for the schema. */
export function withPreset(input: unknown): unknown {
  if (!isPlainObject(input)) return input;
  const size = sizeNames.find((name) => name === ownValue(input, "size"));
  return size === undefined ? input : laidOver(presets[size], input);
}

function laidOver(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isPlainObject(under) || !isPlainObject(over)) return over;
  const keys = [...new Set([...Object.keys(over), ...Object.keys(under)])];
  return Object.fromEntries(keys.map((key) => [key, laidOver(ownValue(under, key), ownValue(over, key))]));
}
