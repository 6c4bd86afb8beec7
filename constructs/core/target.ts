import type { GroupName } from "../../config/schema";
import type { GroupStack } from "./group-stack";
import type {
  Cache,
  CloudLogs,
  ContainerEngine,
  MessageBroker,
  ObjectStore,
  ServiceRegistry,
  SqlDatabase,
} from "./roles";

/** What an environment deploys to: its stacks, and who plays the roles there. */
export interface Target {
  /** The stack of a group, ready to take components. */
  groupStack(group: GroupName): GroupStack;
  serviceRegistry(stack: GroupStack): ServiceRegistry;
  sqlDatabase(stack: GroupStack): SqlDatabase;
  /** @param buckets names of the buckets that exist whether they are used or not */
  objectStore(stack: GroupStack, buckets: readonly string[]): ObjectStore;
  messageBroker(stack: GroupStack): MessageBroker;
  cache(stack: GroupStack): Cache;
  /** Undefined where no engine of ours runs the platform. */
  containerEngine(): ContainerEngine | undefined;
  /** Undefined where the platform has to collect what its services write. */
  cloudLogs(stack: GroupStack): CloudLogs | undefined;
  /**
   * Adds what the target runs beside the components: an agent in each group, or once per host. Called once, when
   * all components exist; a target without agents adds nothing.
   *
   * @param stacks the environment's groups
   */
  addAgents(stacks: readonly GroupStack[]): void;
}
