import type { Construct } from "constructs";
import { Kafka, logLevel } from "kafkajs";
import { images } from "../../config/images";
import { Kafka as Brokers } from "../../constructs/components/kafka";
import { Component } from "../../constructs/core/component";
import type { MessageBroker } from "../../constructs/core/roles";
import { describeOnEngine } from "./support/describe";
import { engine, execute, removeEnvironment } from "./support/engine";
import { Scratch } from "./support/scratch";
import { apply, plannedChanges } from "./support/terraform";

const name = "brokers";
const topic = "orders";
const portOffset = 22_000;

/** A consumer that refers to a topic and does nothing with it. */
class Consumer extends Component {
  constructor(stack: Construct, broker: MessageBroker) {
    super(stack, "consumer");
    const { name: topicName, need } = broker.topic(topic, { partitions: 4, retentionMs: 3_600_000 });
    const web = this.endpoint("web", { port: 80, scheme: "http" });
    this.run({
      image: images.redis,
      entrypoint: ["/bin/sh", "-c"],
      command: ["trap 'exit 0' TERM; while :; do sleep 1; done"],
      env: { TOPIC: topicName },
      endpoints: [web],
      needs: [need],
      health: { shell: "true", answers: web, intervalSeconds: 1 },
      resources: { cpus: 0.2, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 5,
      observability: {
        metrics: { none: "a subject of tests has none" },
        alerts: { none: "a subject of tests has none" },
        dashboard: { none: "a subject of tests has none" },
      },
    });
  }
}

describeOnEngine("three brokers", () => {
  const scratch = new Scratch(name);
  const client = new Kafka({
    brokers: [9092, 9094, 9095].map((port) => `localhost:${port + portOffset}`),
    logLevel: logLevel.NOTHING,
    retry: { retries: 10 },
  });

  beforeAll(async () => {
    await removeEnvironment(name);
    scratch.synthesise((stack) => new Consumer(stack, new Brokers(stack, { brokers: 3 })), { portOffset });
    apply(scratch.stack("foundation"));
    apply(scratch.stack("core"));
  });

  afterAll(() => scratch.remove());

  it("leave nothing to do", () => {
    expect(plannedChanges(scratch.stack("core"))).toEqual([]);
  });

  it("hold a topic that somebody refers to, each partition on all of them", async () => {
    const admin = client.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    await admin.disconnect();
    expect(topics[0]?.partitions.map(({ isr }) => isr.length)).toEqual([3, 3, 3, 3]);
    const described = await execute(`${name}-kafka-1`, [
      "bash",
      "-c",
      `kafka-configs --bootstrap-server kafka:29092 --describe --entity-type topics --entity-name ${topic}`,
    ]);
    expect(described.output).toContain("retention.ms=3600000");
  });

  it("go on without one of them", async () => {
    await engine.getContainer(`${name}-kafka-2`).stop();
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: [{ value: "still here" }] });
    await producer.disconnect();
    const read = await execute(`${name}-kafka-1`, [
      "bash",
      "-c",
      `kafka-console-consumer --bootstrap-server kafka-1:29092 --topic ${topic} --from-beginning --max-messages 1 --timeout-ms 60000`,
    ]);
    expect(read.output).toContain("still here");
  });
});
