import { Spark } from "../constructs/components/spark";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import { lakeBuckets } from "./core";

/** What works on data in bulk. */
export function buildProcessing(stack: GroupStack, { objectStore }: CoreRoles): void {
  const { workers } = stack.environment.config.spark;
  new Spark(stack, { objectStore, buckets: lakeBuckets, workers });
}
