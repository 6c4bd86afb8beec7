import { specsOf } from "../support/spec";
import { synthesiseInput, synthesiseNamed } from "../support/synth";

describe("kafka", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "kafka")).toMatchInlineSnapshot(`
     {
       "kafka": {
         "aliases": [
           "kafka",
         ],
         "command": [
           "export KAFKA_OPTS="-javaagent:$(ls /usr/share/java/cp-base-new/jmx_prometheus_javaagent-*.jar)=7071:/etc/kafka/jmx.yml"
     exec /etc/confluent/docker/run",
         ],
         "data": [
           {
             "gid": 1000,
             "name": "data",
             "path": "/var/lib/kafka/data",
             "uid": 1000,
           },
         ],
         "endpoints": [
           "kafka.broker kafka:9092 published:9092",
           "kafka.internal kafka:29092",
           "kafka.controller kafka:29093",
           "kafka.metrics http:7071",
         ],
         "entrypoint": [
           "bash",
           "-c",
         ],
         "env": {
           "CLUSTER_ID": "RQMUqVC76FDYVOnMeEA8NQ",
           "KAFKA_ADVERTISED_LISTENERS": "INTERNAL://{kafka.internal},EXTERNAL://{kafka.broker@operator}",
           "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
           "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
           "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@{kafka.controller}",
           "KAFKA_DEFAULT_REPLICATION_FACTOR": "1",
           "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
           "KAFKA_HEAP_OPTS": "-Xms384m -Xmx512m",
           "KAFKA_INTER_BROKER_LISTENER_NAME": "INTERNAL",
           "KAFKA_LISTENERS": "INTERNAL://:29092,EXTERNAL://:9092,CONTROLLER://:29093",
           "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
           "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
           "KAFKA_MIN_INSYNC_REPLICAS": "1",
           "KAFKA_NODE_ID": "1",
           "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
           "KAFKA_PROCESS_ROLES": "broker,controller",
           "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
           "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
         },
         "files": {
           "/etc/kafka/jmx.yml": {
             "content": "lowercaseOutputName: true
     rules:
       - pattern: .*
     ",
           },
         },
         "health": {
           "intervalSeconds": 2,
           "startSeconds": 180,
           "tcp": "kafka.internal kafka:29092",
           "tool": "nc",
         },
         "image": "confluentinc/cp-kafka:7.5.0",
         "observability": {
           "alerts": [
             {
               "alert": "KafkaUnderReplicatedPartitions",
               "expr": "sum(kafka_server_replicamanager_underreplicatedpartitions) > 0",
               "forSeconds": 300,
               "severity": "critical",
               "summary": "Some partitions have fewer copies than they should",
             },
             {
               "alert": "KafkaOfflinePartitions",
               "expr": "sum(kafka_controller_kafkacontroller_offlinepartitionscount_value) > 0",
               "forSeconds": 60,
               "severity": "critical",
               "summary": "Some partitions can be neither read nor written",
             },
           ],
           "metrics": {
             "endpoint": "kafka.metrics http:7071",
             "path": "/metrics",
           },
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 1024,
           "minimumMemoryMiB": 768,
         },
         "stopGraceSeconds": 90,
       },
     }
    `);
  });
});

describe("kafka with three brokers", () => {
  const { environment } = synthesiseInput({ name: "three", target: "docker", kafka: { brokers: 3 } });

  it("gives every node its own address, for the operator too, and the same quorum", () => {
    const specs = specsOf(environment, "kafka") as Record<string, { env: Record<string, string>; aliases: string[] }>;
    expect(Object.keys(specs)).toEqual(["kafka-1", "kafka-2", "kafka-3"]);
    expect(specs["kafka-2"]?.aliases).toEqual(["kafka"]);
    expect(specs["kafka-2"]?.env).toMatchObject({
      KAFKA_NODE_ID: "2",
      KAFKA_ADVERTISED_LISTENERS: "INTERNAL://{kafka.internal-2},EXTERNAL://{kafka.broker-2@operator}",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@{kafka.controller-1},2@{kafka.controller-2},3@{kafka.controller-3}",
      KAFKA_DEFAULT_REPLICATION_FACTOR: "3",
      KAFKA_MIN_INSYNC_REPLICAS: "2",
    });
    const ids = Object.values(specs).map(({ env }) => env["CLUSTER_ID"]);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
  });
});
