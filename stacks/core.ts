import { type ComponentName, hasComponent } from "../config/components";
import { lakeBuckets } from "../config/lake-buckets";
import { KafkaUi } from "../constructs/components/kafka-ui";
import { complain } from "../constructs/core/errors";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import type { Target } from "../constructs/core/target";

/**
 * What all other groups stand on. A component that the environment switches off is not made, and whoever asks for
 * the role that it plays is told.
 */
export function buildCore(stack: GroupStack, target: Target): CoreRoles {
  const { config, name: environment } = stack.environment;
  const role = <Role>(name: ComponentName, make: () => Role): (() => Role) => {
    const made = hasComponent(config, name) ? { role: make() } : undefined;
    return () => {
      if (made) return made.role;
      throw complain({
        key: `${environment}.components.without`,
        given: name,
        allowed: `components that nothing uses, and something uses ${name}`,
        remedy: `Keep ${name}, or switch off what uses it.`,
      });
    };
  };
  const registry = target.serviceRegistry(stack);
  stack.environment.discovery = registry.address;
  const sql = role("postgres", () => target.sqlDatabase(stack));
  const objectStore = role("minio", () => target.objectStore(stack, lakeBuckets));
  const broker = role("kafka", () => target.messageBroker(stack));
  const cache = role("redis", () => target.cache(stack));
  if (hasComponent(config, "kafka-ui")) new KafkaUi(stack, { broker: broker() });
  return {
    registry,
    engine: target.containerEngine(),
    cloudLogs: target.cloudLogs(stack),
    get sql() {
      return sql();
    },
    get objectStore() {
      return objectStore();
    },
    get broker() {
      return broker();
    },
    get cache() {
      return cache();
    },
  };
}
