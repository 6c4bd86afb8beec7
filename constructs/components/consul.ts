import type { Construct } from "constructs";
import { Component } from "../core/component";
import type { GroupStack } from "../core/group-stack";
import { Secret, text } from "../core/reference";
import type { CatalogueAccess, Consumer, ServiceRegistry } from "../core/roles";
import { shellScript } from "../core/shell-script";
import { aclStep, agentRules, discoveryRules, metricsRules } from "./consul-acl";
import { ConsulAgent } from "./consul-agent";
import { agentMetrics, consulDashboard } from "./consul-observability";
import { consulProgram, knowsLeader } from "./consul-program";

/** Consul: one server that denies by default; each group's services are registered by an agent of the group. */
export class Consul extends Component implements ServiceRegistry {
  readonly address = this.endpoint("http", { port: 8500, scheme: "http", operatorPort: 8500, page: "/ui/" });
  readonly dns = this.endpoint("dns", { port: 8600, scheme: "dns", operatorPort: 8600, protocol: "udp", page: false });
  readonly dnsTcp = this.endpoint("dns-tcp", { port: 8600, scheme: "dns", operatorPort: 8600, page: false });
  readonly gossip = this.endpoint("gossip", { port: 8301, scheme: "serf" });
  readonly gossipKey = this.secret("gossip-key", "gossip-key", rotation("consul-gossip-key.sh"));
  readonly managementToken = this.secret("management-token", "uuid", rotation("consul-management-token.sh"));
  /** Reads the catalogue and nothing else; the server lends it to requests that carry no token. */
  readonly discoveryToken = this.secret("discovery-token", "uuid");
  /** Reads the metrics of the server and of all agents, and nothing else. */
  readonly metricsToken = this.secret("metrics-token", "uuid");

  constructor(scope: Construct, id = "consul") {
    super(scope, id);
    const settings = {
      server: true,
      bootstrap_expect: 1,
      datacenter: this.environment.name,
      node_name: "consul",
      client_addr: "0.0.0.0",
      ui_config: { enabled: true },
      disable_update_check: true,
      // The timing that Consul's documentation gives for production; the default suits tiny machines and costs 8 s at start.
      performance: { raft_multiplier: 1 },
      telemetry: { prometheus_retention_time: "60s", disable_hostname: true },
    };
    this.run({
      ...consulProgram,
      endpoints: [this.address, this.dns, this.dnsTcp, this.gossip],
      data: [{ name: "data", path: "/consul/data", uid: 100, gid: 1000, ownedByImage: true }],
      files: {
        "/consul/config/server.json": { content: JSON.stringify(settings, null, 2) },
        "/consul/config/secrets.json": {
          content: text`{"encrypt":"${this.gossipKey}","acl":{"enabled":true,"default_policy":"deny","enable_token_persistence":false,"tokens":{"initial_management":"${this.managementToken}","agent":"${this.managementToken}","default":"${this.discoveryToken}"}}}`,
          uid: 100,
        },
      },
      health: knowsLeader(this.address),
      resources: { cpus: 0.5, memoryMiB: 256, minimumMemoryMiB: 128, small: { memoryMiB: 96, minimumMemoryMiB: 96 } },
      stopGraceSeconds: 20,
      observability: {
        metrics: agentMetrics(this.address, this.metricsToken),
        alerts: [
          {
            alert: "ConsulWithoutLeader",
            // Agents show it as well, and are never leaders.
            expr: "max(consul_server_isLeader) == 0 or absent(consul_server_isLeader)",
            forSeconds: 60,
            severity: "critical",
            summary: "Consul has no leader: services neither find each other nor are watched",
            runbook:
              "`./datalab services logs consul` shows why it elects none, mostly a full disk or a killed process. `./datalab restart core` starts it again on the data that it has.",
          },
        ],
        dashboard: consulDashboard,
      },
      logins: [{ endpoint: this.address, user: "token", password: this.managementToken }],
    });
    this.provision(aclStep("discovery", discoveryRules, this.discoveryToken, this.address, this.managementToken));
    this.provision(aclStep("metrics", metricsRules, this.metricsToken, this.address, this.managementToken));
  }

  catalogue({ name }: Consumer): CatalogueAccess {
    const token = this.environment.addSecret(new Secret(name, "catalogue-token", "uuid"));
    const step = aclStep(`catalogue-${name}`, discoveryRules, token, this.address, this.managementToken);
    const { name: datacenter } = this.environment;
    return { address: this.address, datacenter, token, need: { provider: this.name, steps: [step], loose: true } };
  }

  /** Adds the agent of a group, which registers the group's services. Call it when all of them exist. */
  addAgent(stack: GroupStack): void {
    const name = `consul-agent-${stack.group}`;
    const services = this.environment
      .componentsOf(stack.id)
      // The proxy in front of the engine can be reached by its users only.
      .filter(({ engineMode }) => engineMode === undefined)
      .flatMap((component) => component.services)
      .filter(({ component }) => component.name !== this.name);
    const token = this.environment.addSecret(new Secret(this.name, `agent-${stack.group}-token`, "uuid"));
    const rules = agentRules(name, [name, ...services.map((service) => service.name)]);
    const need = {
      provider: this.name,
      steps: [aclStep(`agent-${stack.group}`, rules, token, this.address, this.managementToken)],
    };
    new ConsulAgent(stack, name, { server: this, token, need, services });
  }
}

/** The script that changes a secret inside the server's data. */
function rotation(name: string): string {
  return shellScript("constructs/components/consul-http.sh", `constructs/components/${name}`);
}
