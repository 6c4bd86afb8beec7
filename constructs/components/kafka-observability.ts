import { images } from "../../config/images";
import type { Dashboard, Panel } from "../core/dashboard";
import type { AlertRule, BesideExporter } from "../core/observability";
import { type Endpoint, text } from "../core/reference";

// The agent's own names: a bean's `type` is in the name of the metric, its `name` is a label.
const underReplicated = 'sum(kafka_server_replicamanager_value{name="UnderReplicatedPartitions"})';
// Only the active controller reports them.
const offline = 'max(kafka_controller_kafkacontroller_value{name="OfflinePartitionsCount"})';

/** Messages that a group has yet to read, now or some time ago. */
const lag = (offset = ""): string => `sum by (consumergroup, topic) (kafka_consumergroup_lag_sum${offset})`;

/** Shows how far each consumer group is behind, which the brokers do not know. */
export function lagExporter(servers: readonly Endpoint[]): BesideExporter {
  return {
    name: "kafka-exporter",
    image: images.kafkaExporter,
    entrypoint: ["/bin/kafka_exporter"],
    command: servers.map((server) => text`--kafka.server=${server}`),
    env: {},
    port: 9308,
    // Of the exporter itself, not of the brokers: it is started again until they answer. They may need 90 seconds to stop
    // and three minutes to start, after which the engine may pause for another one.
    health: { path: "/", tool: "wget", startSeconds: 360 },
  };
}

export const kafkaAlerts: readonly AlertRule[] = [
  {
    alert: "KafkaUnderReplicatedPartitions",
    expr: `${underReplicated} > 0`,
    forSeconds: 300,
    severity: "critical",
    summary: "Some partitions have fewer copies than they should: losing one more broker may lose messages",
    runbook:
      "Find the broker that is missing with `./datalab status`, start it, and wait: copies catch up by themselves. When all run, look for a full or slow disk in `./datalab services logs kafka`.",
  },
  {
    alert: "KafkaOfflinePartitions",
    expr: `${offline} > 0`,
    forSeconds: 60,
    severity: "critical",
    summary: "Some partitions can be neither read nor written: producers and consumers of their topics stand still",
    runbook:
      "All brokers that hold a copy are gone. Start them with `./datalab start core`, and read `./datalab services logs kafka` when they do not stay up.",
  },
  {
    alert: "KafkaConsumersFallBehind",
    expr: `${lag()} > 100 and ${lag()} > 1.1 * ${lag(" offset 15m")}`,
    forSeconds: 900,
    severity: "warning",
    summary:
      "The consumer group {{ $labels.consumergroup }} reads {{ $labels.topic }} more slowly than it is written, and falls behind",
    runbook:
      "See whether its consumers run and what they log. When they do, start more of them: up to as many as the topic has partitions work at the same time.",
  },
];

export function kafkaDashboard(): Dashboard {
  return {
    title: "Kafka",
    panels: [
      {
        title: "Partitions with too few copies",
        kind: "number",
        queries: [{ expr: underReplicated, legend: "partitions" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "critical" }],
      },
      {
        title: "Partitions out of reach",
        kind: "number",
        queries: [{ expr: offline, legend: "partitions" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "critical" }],
      },
      {
        title: "Messages that consumer groups have yet to read",
        description: "A line that rises for long belongs to consumers that are too slow, or gone.",
        queries: [{ expr: lag(), legend: "{{consumergroup}} {{topic}}" }],
        unit: "count",
      },
      byTopic("Messages written", "MessagesInPerSec", "per-second"),
      byTopic("Bytes written", "BytesInPerSec", "bytes-per-second"),
      byTopic("Bytes read", "BytesOutPerSec", "bytes-per-second"),
      {
        title: "Heap of the brokers",
        queries: [{ expr: 'jvm_memory_bytes_used{job="kafka",area="heap"}', legend: "{{instance}}" }],
        unit: "bytes",
      },
    ],
  };
}

function byTopic(title: string, meter: string, unit: Panel["unit"]): Panel {
  // The series without a topic is the sum over all topics.
  const expr = `sum by (topic) (rate(kafka_server_brokertopicmetrics_count{name="${meter}",topic!=""}[5m]))`;
  return { title, queries: [{ expr, legend: "{{topic}}" }], unit };
}
