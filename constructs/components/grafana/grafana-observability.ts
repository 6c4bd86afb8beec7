import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

const answers = "grafana_http_request_duration_seconds_count";

export const grafanaAlerts: readonly AlertRule[] = [
  {
    alert: "GrafanaFailingRequests",
    expr: `sum(rate(${answers}{status_code=~"5.."}[5m])) > 0.05`,
    forSeconds: 600,
    severity: "warning",
    summary: "Grafana answers requests with errors: dashboards may show nothing",
    runbook:
      "`./datalab services logs grafana` names the request. 502 means that a data source does not answer: look at Prometheus and at where the logs are. Alerts are delivered all the same, without Grafana.",
  },
];

export function grafanaDashboards(): Dashboard {
  return {
    title: "Grafana",
    panels: [
      {
        title: "Dashboards",
        kind: "number",
        queries: [{ expr: "grafana_stat_totals_dashboard", legend: "dashboards" }],
        unit: "count",
      },
      {
        title: "Data sources",
        kind: "number",
        queries: [{ expr: "grafana_stat_totals_datasource", legend: "data sources" }],
        unit: "count",
      },
      {
        title: "Requests by answer",
        queries: [{ expr: `sum by (status_code) (rate(${answers}[$__rate_interval]))`, legend: "{{status_code}}" }],
        unit: "per-second",
      },
    ],
  };
}
