import type { Dashboard } from "../core/dashboard";
import type { Metrics } from "../core/observability";
import type { Endpoint, Secret } from "../core/reference";

/** The metrics of an agent, or of the server; reading them takes a token that may read agents. */
export function agentMetrics(endpoint: Endpoint, token: Secret): Metrics {
  return {
    endpoint,
    path: "/v1/agent/metrics",
    params: { format: "prometheus" },
    login: { bearer: token },
    job: "consul",
  };
}

export function consulDashboard(): Dashboard {
  return {
    title: "Consul",
    panels: [
      {
        title: "Leader",
        kind: "number",
        queries: [{ expr: "sum(consul_server_isLeader)", legend: "servers that lead" }],
        unit: "count",
      },
      {
        title: "Members",
        kind: "number",
        queries: [{ expr: 'count(up{job="consul"} == 1)', legend: "server and agents" }],
        unit: "count",
      },
      {
        title: "Requests of agents",
        queries: [{ expr: "sum by (instance) (rate(consul_client_rpc[5m]))", legend: "{{instance}}" }],
        unit: "per-second",
      },
      {
        title: "Memory in use",
        queries: [{ expr: "consul_runtime_alloc_bytes", legend: "{{instance}}" }],
        unit: "bytes",
      },
    ],
  };
}
