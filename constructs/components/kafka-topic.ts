import { images } from "../../config/images";
import type { Step } from "../core/reference";
import type { MessageBroker, TopicOptions } from "../core/roles";
import { shellScript } from "../core/shell-script";

const defaultPartitions = 3;

/** Makes a topic on every broker; the number of partitions of an existing one is left alone, its retention is set. */
export function topicStep(
  name: string,
  options: TopicOptions,
  broker: Pick<MessageBroker, "bootstrapServers" | "clientProperties" | "brokerCount">,
): Step {
  const retention = options.retentionMs === undefined ? "" : String(options.retentionMs);
  return {
    name: `topic-${name}`,
    image: images.kafka,
    memoryMiB: 384,
    env: {
      BOOTSTRAP: broker.bootstrapServers,
      TOPIC: name,
      PARTITIONS: String(options.partitions ?? defaultPartitions),
      REPLICATION: String(broker.brokerCount),
      RETENTION_MS: retention,
      CLIENT_PROPERTIES: Object.entries(broker.clientProperties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
      KAFKA_HEAP_OPTS: "-Xmx256m",
    },
    script: shellScript("constructs/components/kafka-topic.sh"),
  };
}
