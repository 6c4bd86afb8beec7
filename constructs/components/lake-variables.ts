import type { ObjectStore } from "../core/roles";

/**
 * Variables with the names that the lake's buckets really have: `LAKE_BRONZE` and so on. With them the same DAG, flow,
 * job or notebook runs on every target; in S3 nobody can have a bucket that is just called `bronze`.
 */
export function lakeVariables(objectStore: ObjectStore, buckets: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(buckets.map((name) => [`LAKE_${name.toUpperCase()}`, objectStore.bucket(name).name]));
}
