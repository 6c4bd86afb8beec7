import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

export const alloyAlerts: readonly AlertRule[] = [
  {
    alert: "AlloyDropsLines",
    expr: "sum by (reason) (increase(loki_write_dropped_entries_total[15m])) > 0",
    forSeconds: 0,
    severity: "warning",
    summary: "Alloy throws log lines away instead of delivering them to Loki ({{ $labels.reason }})",
    runbook:
      "`./datalab services logs alloy` quotes Loki's answer. `ingester_error` means that Loki refuses them: look at Loki's own alerts; `rate_limited` and `line_too_long` mean that a service writes more than is kept.",
  },
  {
    alert: "AlloyDeliversNothing",
    expr: "sum(increase(loki_write_sent_entries_total[15m])) == 0",
    forSeconds: 600,
    severity: "warning",
    summary: "No log line has reached Loki for a quarter of an hour: what services write now cannot be searched yet",
    runbook:
      "See whether Loki is up, and then whether Alloy reaches the engine: `./datalab services logs alloy` and `./datalab services logs engine-read-monitoring`. Lines wait in the engine's own log files and are delivered later.",
  },
];

export function alloyDashboard(): Dashboard {
  return {
    title: "Alloy",
    panels: [
      {
        title: "Lines read",
        queries: [{ expr: "sum(rate(loki_source_docker_target_entries_total[$__rate_interval]))", legend: "lines" }],
        unit: "per-second",
      },
      {
        title: "Lines delivered",
        queries: [{ expr: "sum(rate(loki_write_sent_entries_total[$__rate_interval]))", legend: "lines" }],
        unit: "per-second",
      },
      {
        title: "Lines thrown away",
        description: "By reason. It should stay at 0.",
        queries: [{ expr: "sum by (reason) (increase(loki_write_dropped_entries_total[15m]))", legend: "{{reason}}" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "warning" }],
      },
      {
        title: "Deliveries tried again",
        description: "They rise while Loki does not answer.",
        queries: [{ expr: "sum(rate(loki_write_batch_retries_total[$__rate_interval]))", legend: "retries" }],
        unit: "per-second",
      },
    ],
  };
}
