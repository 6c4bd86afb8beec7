import { specsOf } from "../support/spec";
import { synthesiseInput, synthesiseNamed } from "../support/synth";

// One environment for all: loading and synthesising takes longer than everything that is asked of it.
const { environment } = synthesiseNamed("dev");

describe("consul", () => {
  it("is described without a target", () => {
    expect(specsOf(environment, "consul")).toMatchInlineSnapshot(`
     {
       "consul": {
         "command": [
           "agent",
         ],
         "data": [
           {
             "gid": 1000,
             "name": "data",
             "ownedByImage": true,
             "path": "/consul/data",
             "uid": 100,
           },
         ],
         "endpoints": [
           "consul.http http:8500 published:8500",
           "consul.dns dns:8600 published:8600",
           "consul.dns-tcp dns:8600 published:8600",
           "consul.gossip serf:8301",
         ],
         "entrypoint": [
           "docker-entrypoint.sh",
         ],
         "env": {
           "CONSUL_BIND_INTERFACE": "eth0",
         },
         "files": {
           "/consul/config/secrets.json": {
             "content": "{"encrypt":"{consul.gossip-key}","acl":{"enabled":true,"default_policy":"deny","enable_token_persistence":false,"tokens":{"initial_management":"{consul.management-token}","agent":"{consul.management-token}","default":"{consul.discovery-token}"}}}",
             "uid": 100,
           },
           "/consul/config/server.json": {
             "content": "{
       "server": true,
       "bootstrap_expect": 1,
       "datacenter": "dev",
       "node_name": "consul",
       "client_addr": "0.0.0.0",
       "ui_config": {
         "enabled": true
       },
       "disable_update_check": true,
       "performance": {
         "raft_multiplier": 1
       },
       "telemetry": {
         "prometheus_retention_time": "60s",
         "disable_hostname": true
       }
     }",
           },
         },
         "health": {
           "answers": "consul.http http:8500 published:8500",
           "intervalSeconds": 2,
           "shell": "wget -q -O - http://127.0.0.1:8500/v1/status/leader | grep -q 8300",
         },
         "image": "hashicorp/consul:1.16.0",
         "logins": [
           {
             "endpoint": "consul.http http:8500 published:8500",
             "password": "{consul.management-token}",
             "user": "token",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "ConsulWithoutLeader",
               "expr": "max(consul_server_isLeader) == 0 or absent(consul_server_isLeader)",
               "forSeconds": 60,
               "runbook": "\`./datalab services logs consul\` shows why it elects none, mostly a full disk or a killed process. \`./datalab restart core\` starts it again on the data that it has.",
               "severity": "critical",
               "summary": "Consul has no leader: services neither find each other nor are watched",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "endpoint": "consul.http http:8500 published:8500",
             "job": "consul",
             "login": {
               "bearer": "{consul.metrics-token}",
             },
             "params": {
               "format": "prometheus",
             },
             "path": "/v1/agent/metrics",
           },
         },
         "resources": {
           "cpus": 0.5,
           "memoryMiB": 256,
           "minimumMemoryMiB": 128,
         },
         "stopGraceSeconds": 20,
       },
     }
    `);
  });
});

describe("consul-agent-core", () => {
  it("is described without a target", () => {
    expect(specsOf(environment, "consul-agent-core")).toMatchInlineSnapshot(`
     {
       "consul-agent-core": {
         "command": [
           "agent",
         ],
         "endpoints": [
           "consul-agent-core.http http:8500",
         ],
         "entrypoint": [
           "docker-entrypoint.sh",
         ],
         "env": {
           "CONSUL_BIND_INTERFACE": "eth0",
         },
         "files": {
           "/consul/config/agent.json": {
             "content": "{
       "server": false,
       "datacenter": "dev",
       "node_name": "consul-agent-core",
       "client_addr": "0.0.0.0",
       "leave_on_terminate": true,
       "disable_update_check": true,
       "check_update_interval": "0s",
       "telemetry": {
         "prometheus_retention_time": "60s",
         "disable_hostname": true
       }
     }",
           },
           "/consul/config/secrets.json": {
             "content": "{"encrypt":"{consul.gossip-key}","retry_join":["{consul.gossip.host}"],"acl":{"enabled":true,"default_policy":"deny","tokens":{"agent":"{consul.agent-core-token}","default":"{consul.agent-core-token}"}}}",
             "uid": 100,
           },
           "/consul/config/services.json": {
             "content": "{
       "services": [
         {
           "id": "postgres",
           "name": "postgres",
           "address": "postgres",
           "port": 5432,
           "tags": [],
           "meta": {
             "group": "core",
             "component": "postgres"
           },
           "check": {
             "name": "postgres answers",
             "tcp": "postgres:5432",
             "interval": "10s",
             "timeout": "5s"
           }
         },
         {
           "id": "minio",
           "name": "minio",
           "address": "minio",
           "port": 9000,
           "tags": [
             "metrics"
           ],
           "meta": {
             "group": "core",
             "component": "minio",
             "metrics_port": "9000",
             "metrics_path": "/minio/v2/metrics/cluster",
             "metrics_scheme": "http",
             "metrics_job": "minio",
             "page_1": "http://minio:9001/",
             "page_1_login": "true"
           },
           "check": {
             "name": "minio answers",
             "http": "http://minio:9000/minio/health/cluster",
             "interval": "10s",
             "timeout": "5s"
           }
         },
         {
           "id": "kafka",
           "name": "kafka",
           "address": "kafka",
           "port": 29092,
           "tags": [
             "metrics"
           ],
           "meta": {
             "group": "core",
             "component": "kafka",
             "metrics_port": "7071",
             "metrics_path": "/metrics",
             "metrics_scheme": "http",
             "metrics_job": "kafka"
           },
           "check": {
             "name": "kafka answers",
             "tcp": "kafka:29092",
             "interval": "10s",
             "timeout": "5s"
           }
         },
         {
           "id": "redis",
           "name": "redis",
           "address": "redis",
           "port": 6379,
           "tags": [],
           "meta": {
             "group": "core",
             "component": "redis"
           },
           "check": {
             "name": "redis answers",
             "tcp": "redis:6379",
             "interval": "10s",
             "timeout": "5s"
           }
         },
         {
           "id": "kafka-ui",
           "name": "kafka-ui",
           "address": "kafka-ui",
           "port": 8080,
           "tags": [
             "metrics"
           ],
           "meta": {
             "group": "core",
             "component": "kafka-ui",
             "metrics_port": "8080",
             "metrics_path": "/actuator/prometheus",
             "metrics_scheme": "http",
             "metrics_job": "kafka-ui",
             "page_1": "http://kafka-ui:8080/",
             "page_1_login": "true"
           },
           "check": {
             "name": "kafka-ui answers",
             "http": "http://kafka-ui:8080/actuator/health",
             "interval": "10s",
             "timeout": "5s"
           }
         },
         {
           "id": "consul-agent-core",
           "name": "consul-agent-core",
           "address": "consul-agent-core",
           "port": 8500,
           "tags": [
             "metrics"
           ],
           "meta": {
             "group": "core",
             "component": "consul-agent-core",
             "metrics_port": "8500",
             "metrics_path": "/v1/agent/metrics",
             "metrics_scheme": "http",
             "metrics_job": "consul",
             "metrics_param_format": "prometheus",
             "metrics_login": "bearer",
             "metrics_secret": "consul.metrics-token"
           },
           "check": {
             "name": "consul-agent-core answers",
             "tcp": "consul-agent-core:8500",
             "interval": "10s",
             "timeout": "5s"
           }
         }
       ]
     }",
           },
         },
         "health": {
           "answers": "consul-agent-core.http http:8500",
           "intervalSeconds": 2,
           "shell": "wget -q -O - http://127.0.0.1:8500/v1/status/leader | grep -q 8300",
         },
         "image": "hashicorp/consul:1.16.0",
         "needs": [
           "{consul} acl-agent-core",
         ],
         "observability": {
           "alerts": {
             "none": "the services that it checks turn critical in the catalogue when it fails",
           },
           "dashboard": {
             "none": "the server's dashboard shows all agents",
           },
           "metrics": {
             "endpoint": "consul-agent-core.http http:8500",
             "job": "consul",
             "login": {
               "bearer": "{consul.metrics-token}",
             },
             "params": {
               "format": "prometheus",
             },
             "path": "/v1/agent/metrics",
           },
         },
         "resources": {
           "cpus": 0.25,
           "memoryMiB": 128,
           "minimumMemoryMiB": 96,
         },
         "stopGraceSeconds": 15,
       },
     }
    `);
  });
});

describe("kafka", () => {
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
             "ownedByImage": true,
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
           "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@{kafka.controller?}",
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
               "expr": "sum(kafka_server_replicamanager_value{name="UnderReplicatedPartitions"}) > 0",
               "forSeconds": 300,
               "runbook": "Find the broker that is missing with \`./datalab status\`, start it, and wait: copies catch up by themselves. When all run, look for a full or slow disk in \`./datalab services logs kafka\`.",
               "severity": "critical",
               "summary": "Some partitions have fewer copies than they should: losing one more broker may lose messages",
             },
             {
               "alert": "KafkaOfflinePartitions",
               "expr": "max(kafka_controller_kafkacontroller_value{name="OfflinePartitionsCount"}) > 0",
               "forSeconds": 60,
               "runbook": "All brokers that hold a copy are gone. Start them with \`./datalab start core\`, and read \`./datalab services logs kafka\` when they do not stay up.",
               "severity": "critical",
               "summary": "Some partitions can be neither read nor written: producers and consumers of their topics stand still",
             },
             {
               "alert": "KafkaConsumersFallBehind",
               "expr": "sum by (consumergroup, topic) (kafka_consumergroup_lag_sum) > 100 and sum by (consumergroup, topic) (kafka_consumergroup_lag_sum) > 1.1 * sum by (consumergroup, topic) (kafka_consumergroup_lag_sum offset 15m)",
               "forSeconds": 900,
               "runbook": "See whether its consumers run and what they log. When they do, start more of them: up to as many as the topic has partitions work at the same time.",
               "severity": "warning",
               "summary": "The consumer group {{ $labels.consumergroup }} reads {{ $labels.topic }} more slowly than it is written, and falls behind",
             },
           ],
           "beside": {
             "command": [
               "--kafka.server={kafka.internal}",
             ],
             "entrypoint": [
               "/bin/kafka_exporter",
             ],
             "env": {},
             "health": {
               "path": "/",
               "startSeconds": 360,
               "tool": "wget",
             },
             "image": {
               "kind": "upstream",
               "reference": "danielqsj/kafka-exporter:v1.9.0",
               "shell": true,
             },
             "name": "kafka-exporter",
             "port": 9308,
           },
           "dashboard": [Function],
           "metrics": {
             "endpoint": "kafka.metrics http:7071",
             "job": "kafka",
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

describe("kafka's exporter", () => {
  it("has the time of a broker's stop and start and of the engine's longest pause, because it ends while there is no broker", () => {
    const startOf = (name: string): number => environment.component(name).services[0]?.spec.health.startSeconds ?? 60;
    const stop = environment.component("kafka").services[0]?.spec.stopGraceSeconds ?? 0;
    const enginePause = 60;
    expect(startOf("kafka-exporter")).toBeGreaterThanOrEqual(stop + startOf("kafka") + enginePause);
  });
});

describe("kafka with three brokers", () => {
  const { environment: three } = synthesiseInput({ name: "three", target: "docker", kafka: { brokers: 3 } });

  it("gives every node its own address, for the operator too, and the same quorum", () => {
    const specs = specsOf(three, "kafka") as Record<string, { env: Record<string, string>; aliases: string[] }>;
    expect(Object.keys(specs)).toEqual(["kafka-1", "kafka-2", "kafka-3"]);
    expect(specs["kafka-2"]?.aliases).toEqual(["kafka"]);
    expect(specs["kafka-2"]?.env).toMatchObject({
      KAFKA_NODE_ID: "2",
      KAFKA_ADVERTISED_LISTENERS: "INTERNAL://{kafka.internal-2},EXTERNAL://{kafka.broker-2@operator}",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@{kafka.controller-1?},2@{kafka.controller-2?},3@{kafka.controller-3?}",
      KAFKA_DEFAULT_REPLICATION_FACTOR: "3",
      KAFKA_MIN_INSYNC_REPLICAS: "2",
    });
    const ids = Object.values(specs).map(({ env }) => env["CLUSTER_ID"]);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
  });
});

describe("kafka-ui", () => {
  it("is described without a target", () => {
    expect(specsOf(environment, "kafka-ui")).toMatchInlineSnapshot(`
     {
       "kafka-ui": {
         "command": [
           "exec java --add-opens java.rmi/javax.rmi.ssl=ALL-UNNAMED $JAVA_OPTS -jar /api.jar",
         ],
         "endpoints": [
           "kafka-ui.web http:8080 published:8090",
         ],
         "entrypoint": [
           "/bin/sh",
           "-c",
         ],
         "env": {
           "AUTH_TYPE": "LOGIN_FORM",
           "DYNAMIC_CONFIG_ENABLED": "false",
           "JAVA_OPTS": "-Xms128m -Xmx256m",
           "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": "{kafka.internal?}",
           "KAFKA_CLUSTERS_0_NAME": "dev",
           "SPRING_SECURITY_USER_NAME": "admin",
           "SPRING_SECURITY_USER_PASSWORD": "{kafka-ui.admin-password}",
         },
         "health": {
           "http": "kafka-ui.web http:8080 published:8090",
           "intervalSeconds": 2,
           "path": "/actuator/health",
           "startSeconds": 360,
           "tool": "wget",
         },
         "image": "ghcr.io/kafbat/kafka-ui:v1.5.0",
         "logins": [
           {
             "endpoint": "kafka-ui.web http:8080 published:8090",
             "password": "{kafka-ui.admin-password}",
             "user": "admin",
           },
         ],
         "needs": [
           "{kafka}",
         ],
         "observability": {
           "alerts": {
             "none": "a page for people; nothing depends on it, and its health is watched by the registry",
           },
           "dashboard": {
             "none": "it is a page for people itself, and Kafka's dashboard shows the brokers",
           },
           "metrics": {
             "endpoint": "kafka-ui.web http:8080 published:8090",
             "path": "/actuator/prometheus",
           },
         },
         "resources": {
           "cpus": 0.5,
           "memoryMiB": 512,
           "minimumMemoryMiB": 384,
         },
         "stopGraceSeconds": 20,
       },
     }
    `);
  });
});

describe("minio", () => {
  it("is described without a target", () => {
    expect(specsOf(environment, "minio")).toMatchInlineSnapshot(`
     {
       "minio": {
         "command": [
           "server",
           "/data",
           "--console-address",
           ":9001",
         ],
         "data": [
           {
             "name": "data",
             "path": "/data",
           },
         ],
         "endpoints": [
           "minio.api http:9000 published:9000",
           "minio.console http:9001 published:9001",
         ],
         "entrypoint": [
           "/usr/bin/docker-entrypoint.sh",
         ],
         "env": {
           "MINIO_BROWSER_REDIRECT_URL": "{minio.console@operator.url}",
           "MINIO_PROMETHEUS_AUTH_TYPE": "public",
           "MINIO_ROOT_PASSWORD": "{minio.root-password}",
           "MINIO_ROOT_USER": "root",
           "MINIO_UPDATE": "off",
         },
         "health": {
           "http": "minio.api http:9000 published:9000",
           "intervalSeconds": 2,
           "path": "/minio/health/cluster",
           "startSeconds": 120,
           "tool": "curl",
         },
         "image": "quay.io/minio/minio:RELEASE.2025-04-22T22-12-26Z",
         "logins": [
           {
             "endpoint": "minio.console http:9001 published:9001",
             "password": "{minio.root-password}",
             "user": "root",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "MinioDriveOffline",
               "expr": "minio_cluster_drive_offline_total > 0",
               "forSeconds": 60,
               "runbook": "\`./datalab services logs minio\` names the drive and the error. Check that the disk below the volume works and has space, then run \`./datalab restart core\`.",
               "severity": "critical",
               "summary": "A drive of the object store is offline: objects cannot be read or written",
             },
             {
               "alert": "MinioStorageNearlyFull",
               "expr": "minio_cluster_capacity_usable_free_bytes / minio_cluster_capacity_usable_total_bytes < 0.1",
               "forSeconds": 300,
               "runbook": "The console of MinIO shows which bucket is large. Delete what nobody needs, old versions included, or give the disk of the volume more space.",
               "severity": "warning",
               "summary": "Less than a tenth of the object store is free; when nothing is left, every write fails",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "endpoint": "minio.api http:9000 published:9000",
             "path": "/minio/v2/metrics/cluster",
           },
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 768,
           "minimumMemoryMiB": 384,
         },
         "stopGraceSeconds": 30,
       },
     }
    `);
  });
});

describe("postgres", () => {
  it("is described without a target", () => {
    expect(specsOf(environment, "postgres")).toMatchInlineSnapshot(`
     {
       "postgres": {
         "command": [
           "postgres",
           "-c",
           "max_connections=150",
           "-c",
           "password_encryption=scram-sha-256",
         ],
         "data": [
           {
             "gid": 999,
             "name": "data",
             "ownedByImage": true,
             "path": "/var/lib/postgresql/data",
             "uid": 999,
           },
         ],
         "endpoints": [
           "postgres.sql postgresql:5432 published:5432",
         ],
         "entrypoint": [
           "docker-entrypoint.sh",
         ],
         "env": {
           "POSTGRES_DB": "postgres",
           "POSTGRES_INITDB_ARGS": "--auth-host=scram-sha-256 --data-checksums",
           "POSTGRES_PASSWORD": "{postgres.admin-password}",
           "POSTGRES_USER": "postgres",
         },
         "health": {
           "answers": "postgres.sql postgresql:5432 published:5432",
           "intervalSeconds": 2,
           "shell": "pg_isready -q -h 127.0.0.1 -U postgres -d postgres",
           "startSeconds": 120,
         },
         "image": "postgres:16.15-bookworm",
         "logins": [
           {
             "endpoint": "postgres.sql postgresql:5432 published:5432",
             "password": "{postgres.admin-password}",
             "user": "postgres",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "PostgresDown",
               "expr": "pg_up == 0",
               "forSeconds": 60,
               "runbook": "\`./datalab status\` and \`./datalab services logs postgres\` show whether it runs, and why not; look for a full disk first. After a crash it repairs itself at the next start: \`./datalab start core\`.",
               "severity": "critical",
               "summary": "PostgreSQL does not answer: everything that keeps its data there fails",
             },
             {
               "alert": "PostgresConnectionsNearLimit",
               "expr": "sum(pg_stat_activity_count) > 0.8 * max(pg_settings_max_connections)",
               "forSeconds": 300,
               "runbook": "The dashboard PostgreSQL shows which database holds them. Restart the component that keeps idle ones, or make its pool smaller.",
               "severity": "warning",
               "summary": "More than four fifths of PostgreSQL's connections are in use; soon new ones are refused",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "exporter": {
               "entrypoint": [
                 "/bin/postgres_exporter",
               ],
               "env": {
                 "DATA_SOURCE_PASS": "{postgres.observer-password}",
                 "DATA_SOURCE_URI": "{postgres.sql}/postgres?sslmode=disable",
                 "DATA_SOURCE_USER": "datalab_observer",
               },
               "health": {
                 "path": "/",
                 "tool": "wget",
               },
               "image": {
                 "kind": "upstream",
                 "reference": "quay.io/prometheuscommunity/postgres-exporter:v0.17.1",
                 "shell": true,
               },
               "port": 9187,
             },
           },
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 512,
           "minimumMemoryMiB": 256,
         },
         "stopGraceSeconds": 90,
       },
     }
    `);
  });
});

describe("redis", () => {
  it("is described without a target", () => {
    expect(specsOf(environment, "redis")).toMatchInlineSnapshot(`
     {
       "redis": {
         "command": [
           "redis-server",
           "/run/redis/redis.conf",
         ],
         "data": [
           {
             "gid": 999,
             "name": "data",
             "ownedByImage": true,
             "path": "/data",
             "uid": 999,
           },
         ],
         "endpoints": [
           "redis.keys redis:6379 published:6379",
         ],
         "entrypoint": [
           "docker-entrypoint.sh",
         ],
         "env": {},
         "files": {
           "/run/redis/redis.conf": {
             "content": "requirepass {redis.password}
     appendonly yes
     dir /data
     maxmemory-policy noeviction
     user observer on >{redis.observer-password} resetkeys resetchannels -@all +ping +info +client|setname +latency|latest +slowlog|len
     ",
             "uid": 999,
           },
         },
         "health": {
           "answers": "redis.keys redis:6379 published:6379",
           "intervalSeconds": 2,
           "shell": "REDISCLI_AUTH={redis.password} redis-cli ping | grep -q PONG",
         },
         "image": "redis:7.2.16-bookworm",
         "logins": [
           {
             "endpoint": "redis.keys redis:6379 published:6379",
             "password": "{redis.password}",
             "user": "default",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "RedisDown",
               "expr": "redis_up == 0",
               "forSeconds": 60,
               "runbook": "\`./datalab status\` and \`./datalab services logs redis\` show whether it runs, and why not. With \`noeviction\` it keeps answering when it is full; when it was killed for memory, raise \`sizes.redis.memoryMiB\`.",
               "severity": "critical",
               "summary": "Redis does not answer: whoever keeps caches or queues in it fails",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "exporter": {
               "entrypoint": [
                 "/redis_exporter",
               ],
               "env": {
                 "REDIS_ADDR": "redis://{redis.keys}",
                 "REDIS_EXPORTER_CONFIG_COMMAND": "-",
                 "REDIS_PASSWORD": "{redis.observer-password}",
                 "REDIS_USER": "observer",
               },
               "health": {
                 "path": "/health",
                 "tool": "wget",
               },
               "image": {
                 "kind": "upstream",
                 "reference": "oliver006/redis_exporter:v1.90.0-alpine",
                 "shell": true,
               },
               "port": 9121,
             },
           },
         },
         "resources": {
           "cpus": 0.5,
           "memoryMiB": 128,
           "minimumMemoryMiB": 64,
         },
         "stopGraceSeconds": 30,
       },
     }
    `);
  });
});
