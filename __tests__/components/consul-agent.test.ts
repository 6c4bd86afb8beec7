import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("consul-agent-core", () => {
  const { environment } = synthesiseNamed("dev");

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
             "metrics_path": "/minio/v2/metrics/cluster"
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
             "metrics_path": "/metrics"
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
             "metrics_path": "/actuator/prometheus"
           },
           "check": {
             "name": "kafka-ui answers",
             "http": "http://kafka-ui:8080/actuator/health",
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
           "{consul} consul-agent-core",
         ],
         "observability": {
           "alerts": {
             "none": "the services that it checks turn critical in the catalogue when it fails",
           },
           "metrics": {
             "endpoint": "consul-agent-core.http http:8500",
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
