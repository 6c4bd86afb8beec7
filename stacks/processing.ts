import { Spark } from "../constructs/components/spark";
import type { PlatformStack } from "../constructs/core/platform-stack";
import type { CoreRoles } from "../constructs/core/roles";
import { lakeBuckets } from "./core";

/** What works on data in bulk. */
export function buildProcessing(stack: PlatformStack, { objectStore }: CoreRoles): void {
  const { workers } = stack.environment.config.spark;
  new Spark(stack, { objectStore, buckets: lakeBuckets, workers });
}
