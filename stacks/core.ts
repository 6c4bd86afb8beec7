import { KafkaUi } from "../constructs/components/kafka-ui";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import type { Target } from "../constructs/core/target";

/** Raw, cleaned and ready-to-use data: the layers that every lakehouse has. */
export const lakeBuckets = ["bronze", "silver", "gold"] as const;

/** What all other groups stand on. */
export function buildCore(stack: GroupStack, target: Target): CoreRoles {
  const registry = target.serviceRegistry(stack);
  stack.environment.discovery = registry.address;
  const sql = target.sqlDatabase(stack);
  const objectStore = target.objectStore(stack, lakeBuckets);
  const broker = target.messageBroker(stack);
  const cache = target.cache(stack);
  new KafkaUi(stack, { broker });
  return { registry, sql, objectStore, broker, cache };
}
