import type { GroupName } from "../../config/schema";
import type { PlatformStack } from "./platform-stack";
import type { Cache, MessageBroker, ObjectStore, ServiceRegistry, SqlDatabase } from "./roles";

/** What an environment deploys to: its stacks, and who plays the roles there. */
export interface Target {
  /** The stack of a group, ready to take components. */
  groupStack(group: GroupName): PlatformStack;
  serviceRegistry(stack: PlatformStack): ServiceRegistry;
  sqlDatabase(stack: PlatformStack): SqlDatabase;
  /** @param buckets names of the buckets that exist whether they are used or not */
  objectStore(stack: PlatformStack, buckets: readonly string[]): ObjectStore;
  messageBroker(stack: PlatformStack): MessageBroker;
  cache(stack: PlatformStack): Cache;
}
