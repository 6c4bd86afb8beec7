import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("consul", () => {
  const { environment } = synthesiseNamed("dev");

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
               "expr": "consul_server_isLeader == 0 or absent(consul_server_isLeader)",
               "forSeconds": 60,
               "severity": "critical",
               "summary": "Consul has no leader; nothing can be discovered or registered",
             },
           ],
           "metrics": {
             "endpoint": "consul.http http:8500 published:8500",
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
