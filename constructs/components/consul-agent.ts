import type { Construct } from "constructs";
import { Component } from "../core/component";
import type { Need } from "../core/reference";
import { late, type Secret, text } from "../core/reference";
import { replicaNames, type Service } from "../core/component-record";
import type { Consul } from "./consul";
import { agentMetrics } from "./consul-observability";
import { consulProgram, knowsLeader } from "./consul-program";
import { serviceDefinitions } from "./consul-services";

export interface ConsulAgentProps {
  readonly server: Consul;
  readonly token: Secret;
  /** What makes the token valid. */
  readonly need: Need;
  readonly services: readonly Service[];
}

/** The client agent of one group: registers the group's services and runs their checks from inside the network. */
export class ConsulAgent extends Component {
  readonly http = this.endpoint("http", { port: 8500, scheme: "http", page: false });
  readonly registers: readonly string[];

  constructor(scope: Construct, id: string, { server, token, need, services }: ConsulAgentProps) {
    super(scope, id);
    this.registers = services.flatMap(replicaNames);
    const settings = {
      server: false,
      datacenter: this.environment.name,
      node_name: id,
      client_addr: "0.0.0.0",
      // A group that is taken down leaves; one that fails stays in the catalogue as critical.
      leave_on_terminate: true,
      disable_update_check: true,
      check_update_interval: "0s",
      telemetry: { prometheus_retention_time: "60s", disable_hostname: true },
    };
    this.run({
      ...consulProgram,
      endpoints: [this.http],
      needs: [need],
      files: {
        "/consul/config/agent.json": { content: JSON.stringify(settings, null, 2) },
        "/consul/config/services.json": {
          // Its own entry goes with it when the group is taken down, and stays when it fails.
          content: late(() => {
            const registered = serviceDefinitions(this.environment.name, [...services, ...this.services]);
            return JSON.stringify({ services: registered }, null, 2);
          }),
        },
        "/consul/config/secrets.json": {
          content: text`{"encrypt":"${server.gossipKey}","retry_join":["${server.gossip.host}"],"acl":{"enabled":true,"default_policy":"deny","tokens":{"agent":"${token}","default":"${token}"}}}`,
          uid: 100,
        },
      },
      health: knowsLeader(this.http),
      resources: { cpus: 0.25, memoryMiB: 128, minimumMemoryMiB: 96, small: { memoryMiB: 64, minimumMemoryMiB: 64 } },
      stopGraceSeconds: 15,
      observability: {
        metrics: agentMetrics(this.http, server.metricsToken),
        alerts: { none: "the services that it checks turn critical in the catalogue when it fails" },
        dashboard: { none: "the server's dashboard shows all agents" },
      },
    });
  }
}
