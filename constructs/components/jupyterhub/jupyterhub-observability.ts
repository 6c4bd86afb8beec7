import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

/** 95 % of the waits of the hub's event loop; it measures every 0.05 seconds. */
const loopWait = "histogram_quantile(0.95, sum by (le) (rate(jupyterhub_event_loop_interval_seconds_bucket[5m])))";

/** Servers from which on the last ones are being given out. */
function nearlyAll(most: number): number {
  return Math.max(1, Math.ceil(most * 0.9));
}

/** @param most servers that may run at the same time */
export function jupyterhubAlerts(most: number): AlertRule[] {
  return [
    {
      alert: "JupyterHubSpawnsFailing",
      expr: 'sum(increase(jupyterhub_server_spawn_duration_seconds_count{status="failure"}[15m])) > 0',
      forSeconds: 0,
      severity: "critical",
      summary: "Servers of users do not start, so that people cannot open their notebooks",
      runbook:
        "`./datalab services logs jupyterhub` names the user and the reason. A container that failed is kept until its user's next try: `docker logs <environment>-notebook-<user>` shows what it wrote.",
    },
    {
      alert: "JupyterHubSlow",
      expr: `${loopWait} > 1`,
      forSeconds: 300,
      severity: "warning",
      summary: "JupyterHub answers slowly: its event loop is blocked for more than a second again and again",
      runbook:
        "Look at the hub's CPU and at PostgreSQL's answers, on which every request waits. Raise `sizes.jupyterhub` when the hub is at its limit.",
    },
    {
      alert: "JupyterHubProxyUnreachable",
      expr: "sum(increase(jupyterhub_check_routes_duration_seconds_count[3m])) == 0",
      forSeconds: 180,
      severity: "critical",
      summary: "JupyterHub cannot reach its proxy: new servers get no address, and pages may not open",
      runbook:
        "`./datalab services logs jupyterhub` shows what the proxy says. `./datalab restart visualization` starts both again; servers in containers of their own go on.",
    },
    {
      alert: "JupyterHubNearlyFull",
      expr: `sum(jupyterhub_running_servers) >= ${nearlyAll(most)}`,
      forSeconds: 600,
      severity: "warning",
      summary: `Nearly all of the ${most} servers that JupyterHub may run are taken; whoever comes next is turned away`,
      runbook:
        "The page `/hub/admin` shows who runs one and since when, and stops it. Lower `jupyterhub.idleMinutes`, or raise `jupyterhub.servers.most` if the machine has the memory.",
    },
  ];
}

/** @param most servers that may run at the same time */
export function jupyterhubDashboard(most: number): Dashboard {
  return {
    title: "JupyterHub",
    panels: [
      {
        title: "Servers that run",
        kind: "number",
        queries: [{ expr: "sum(jupyterhub_running_servers)", legend: `of ${most}` }],
        unit: "count",
        thresholds: [{ from: nearlyAll(most), severity: "warning" }],
      },
      {
        title: "Users",
        queries: [
          { expr: "sum by (period) (jupyterhub_active_users)", legend: "active in {{period}}" },
          { expr: "sum(jupyterhub_total_users)", legend: "all" },
        ],
        unit: "count",
      },
      {
        title: "Starts of servers",
        queries: [
          {
            expr: "sum by (status) (increase(jupyterhub_server_spawn_duration_seconds_count[15m]))",
            legend: "{{status}}",
          },
        ],
        unit: "count",
      },
      {
        title: "Time until a server has started",
        queries: [0.5, 0.95].map((share) => ({
          expr: `histogram_quantile(${share}, sum by (le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[1h])))`,
          legend: `${share * 100} % are faster`,
        })),
        unit: "seconds",
      },
      {
        title: "Requests to the hub",
        queries: [{ expr: "sum by (code) (rate(jupyterhub_request_duration_seconds_count[5m]))", legend: "{{code}}" }],
        unit: "per-second",
      },
      {
        title: "Wait of the event loop",
        queries: [{ expr: loopWait, legend: "95 % are shorter" }],
        unit: "seconds",
        thresholds: [{ from: 1, severity: "warning" }],
      },
    ],
  };
}
