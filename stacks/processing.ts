import { isMade } from "../config/aws-forms";
import { hasComponent } from "../config/components";
import { lakeBuckets } from "../config/lake-buckets";
import { Nifi } from "../constructs/components/nifi/nifi";
import { Spark } from "../constructs/components/spark";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";

/** What works on data in bulk. */
export function buildProcessing(stack: GroupStack, roles: CoreRoles): void {
  const { config } = stack.environment;
  if (hasComponent(config, "spark")) {
    const { workers, history } = config.spark;
    new Spark(stack, { objectStore: roles.objectStore, buckets: lakeBuckets, workers, history });
  }
  if (isMade(config, "nifi")) new Nifi(stack);
}
