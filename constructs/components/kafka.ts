import { createHash } from "node:crypto";
import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";
import type { BesideExporter } from "../core/observability";
import { type Endpoint, Expr, join, text } from "../core/reference";
import type { MessageBroker, Topic, TopicOptions } from "../core/roles";
import { kafkaAlerts, kafkaDashboard, lagExporter } from "./kafka-observability";
import { topicStep } from "./kafka-topic";

export interface KafkaProps {
  /** One broker, or three that hold every partition. */
  readonly brokers: 1 | 3;
}

const metricsPort = 7071;
// Exported here and not as a variable of the container: health probes and tools would load the agent too.
const start = `export KAFKA_OPTS="-javaagent:$(ls /usr/share/java/cp-base-new/jmx_prometheus_javaagent-*.jar)=${metricsPort}:/etc/kafka/jmx.yml"
exec /etc/confluent/docker/run`;

/** Kafka without ZooKeeper: every node is broker and controller. */
export class Kafka extends Component implements MessageBroker {
  readonly brokerCount: number;
  readonly bootstrapServers: Expr;
  readonly clientProperties = {};
  readonly need = { provider: this.name };

  constructor(scope: Construct, props: KafkaProps, id = "kafka") {
    super(scope, id);
    this.brokerCount = props.brokers;
    const nodes = Array.from({ length: props.brokers }, (_, index) => this.broker(index + 1, props.brokers));
    this.bootstrapServers = join(
      nodes.map(({ internal }) => internal),
      ",",
    );
    const voters = join(
      nodes.map(({ controller, number }) => text`${number}@${controller.authority.loose()}`),
      ",",
    );
    const exporter = lagExporter(nodes.map(({ internal }) => internal));
    nodes.forEach((node, index) => {
      this.runNode(node, voters, index === 0 ? exporter : undefined);
    });
  }

  topic(name: string, options: TopicOptions = {}): Topic {
    const need = { provider: this.name, steps: [topicStep(name, options, this)] };
    return { name: new Expr([name], [need]), need };
  }

  private broker(number: number, brokers: number): Node {
    const service = brokers === 1 ? this.name : `${this.name}-${number}`;
    const suffix = brokers === 1 ? "" : `-${number}`;
    return {
      number,
      service,
      // 9093 stays free: it is what many setups use for TLS.
      external: this.endpoint(`broker${suffix}`, {
        port: 9092,
        scheme: "kafka",
        operatorPort: number === 1 ? 9092 : 9092 + number,
        service,
      }),
      internal: this.endpoint(`internal${suffix}`, { port: 29092, scheme: "kafka", service }),
      controller: this.endpoint(`controller${suffix}`, { port: 29093, scheme: "kafka", service }),
      metrics: this.endpoint(`metrics${suffix}`, { port: metricsPort, scheme: "http", service, page: false }),
    };
  }

  private runNode(node: Node, voters: Expr, beside: BesideExporter | undefined): void {
    const { number, service, external, internal, controller, metrics } = node;
    const replication = String(this.brokerCount);
    const inSync = String(Math.max(1, this.brokerCount - 1));
    this.run(
      {
        image: images.kafka,
        entrypoint: ["bash", "-c"],
        command: [start],
        env: {
          KAFKA_PROCESS_ROLES: "broker,controller",
          KAFKA_NODE_ID: String(number),
          CLUSTER_ID: clusterId(this.environment.name),
          KAFKA_CONTROLLER_QUORUM_VOTERS: voters,
          KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
          KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
          KAFKA_LISTENERS: `INTERNAL://:${internal.port},EXTERNAL://:${external.port},CONTROLLER://:${controller.port}`,
          KAFKA_ADVERTISED_LISTENERS: text`INTERNAL://${internal},EXTERNAL://${external.from("operator").authority}`,
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
          KAFKA_DEFAULT_REPLICATION_FACTOR: replication,
          KAFKA_MIN_INSYNC_REPLICAS: inSync,
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: replication,
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: replication,
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: inSync,
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
          KAFKA_LOG_DIRS: "/var/lib/kafka/data",
          KAFKA_HEAP_OPTS: this.bySize({
            small: "-Xms192m -Xmx256m",
            medium: "-Xms384m -Xmx512m",
            large: "-Xms1g -Xmx1g",
          }),
        },
        endpoints: [external, internal, controller, metrics],
        data: [{ name: "data", path: "/var/lib/kafka/data", uid: 1000, gid: 1000, ownedByImage: true }],
        files: { "/etc/kafka/jmx.yml": { content: "lowercaseOutputName: true\nrules:\n  - pattern: .*\n" } },
        health: { tcp: internal, tool: "nc", intervalSeconds: 2, startSeconds: 180 },
        resources: {
          cpus: 1,
          memoryMiB: 1024,
          minimumMemoryMiB: 768,
          small: { memoryMiB: 592, minimumMemoryMiB: 512 },
          large: { cpus: 2, memoryMiB: 2048, minimumMemoryMiB: 1536 },
        },
        aliases: [this.name],
        stopGraceSeconds: 90,
        observability: {
          metrics: { endpoint: metrics, path: "/metrics", job: this.name },
          ...(beside ? { beside } : {}),
          alerts: kafkaAlerts,
          dashboard: kafkaDashboard,
        },
      },
      service,
    );
  }
}

interface Node {
  readonly number: number;
  readonly service: string;
  readonly external: Endpoint;
  readonly internal: Endpoint;
  readonly controller: Endpoint;
  readonly metrics: Endpoint;
}

/** Kafka's cluster id: 16 bytes in URL-safe base64 without padding. Derived, because it must outlive the containers. */
function clusterId(environment: string): string {
  return createHash("sha256").update(`datalab-${environment}`).digest().subarray(0, 16).toString("base64url");
}
