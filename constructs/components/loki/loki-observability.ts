import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

const failing = 'sum(rate(loki_request_duration_seconds_count{job="loki",status_code=~"5.."}[5m]))';
const all = 'sum(rate(loki_request_duration_seconds_count{job="loki"}[5m]))';
const discarded = "sum by (reason) (increase(loki_discarded_samples_total[15m]))";

export const lokiAlerts: readonly AlertRule[] = [
  {
    alert: "LokiFailingRequests",
    expr: `${failing} / ${all} > 0.1`,
    forSeconds: 600,
    severity: "warning",
    summary:
      "Loki answers more than a tenth of its requests with errors: log lines may be missing or cannot be searched",
    runbook:
      "`./datalab services logs loki` says why; most often the object store does not answer, or its bucket `loki` is full. Alloy keeps sending, so that nothing is lost while Loki is repaired.",
  },
  {
    alert: "LokiDiscardsLines",
    expr: `${discarded} > 0`,
    forSeconds: 0,
    severity: "warning",
    summary: "Loki throws log lines away because they are too old, too long or too many ({{ $labels.reason }})",
    runbook:
      "The label `reason` says which limit it was. `rate_limited` means that a service writes far more than usual: the panel of lines by component shows which one.",
  },
];

export function lokiDashboard(): Dashboard {
  return {
    title: "Loki",
    panels: [
      {
        title: "Lines received",
        queries: [{ expr: "sum(rate(loki_distributor_lines_received_total[$__rate_interval]))", legend: "lines" }],
        unit: "per-second",
      },
      {
        title: "Bytes received",
        queries: [{ expr: "sum(rate(loki_distributor_bytes_received_total[$__rate_interval]))", legend: "bytes" }],
        unit: "bytes-per-second",
      },
      {
        title: "Requests by answer",
        description: "Answers that begin with 5 are Loki's own failures.",
        queries: [
          {
            expr: 'sum by (status_code) (rate(loki_request_duration_seconds_count{job="loki"}[$__rate_interval]))',
            legend: "{{status_code}}",
          },
        ],
        unit: "per-second",
      },
      {
        title: "Streams in memory",
        description: "Each container is a stream or a few. Many thousands mean that a label has too many values.",
        queries: [{ expr: "loki_ingester_memory_streams", legend: "streams" }],
        unit: "count",
        thresholds: [{ from: 5000, severity: "warning" }],
      },
      {
        title: "Lines thrown away",
        description: "In a quarter of an hour, by reason. Nothing is shown while it throws nothing away.",
        queries: [{ expr: discarded, legend: "{{reason}}" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "warning" }],
      },
    ],
  };
}
