import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

/** Percent of its back-pressure at which a queue is worth a look, before NiFi stops what fills it at 100. */
const fullPercent = 80;
/** Share of the heap that stays in use only where it is too small: collections keep it lower otherwise. */
const heapShare = 0.9;

export const nifiAlerts: readonly AlertRule[] = [
  {
    alert: "NifiQueueNearBackPressure",
    expr: ["count", "bytes"]
      .map(
        (what) =>
          `max by (source_name, destination_name) (nifi_percent_used_${what}{component_type="Connection"}) > ${fullPercent}`,
      )
      .join(" or "),
    forSeconds: 600,
    severity: "warning",
    summary: "A queue in NiFi is nearly full; NiFi will stop the processor before it, and data will wait at its source",
    runbook:
      "The alert names the processors at both ends of the queue. Open NiFi's page and see whether the one behind it is stopped, invalid or slow: its bulletins say why. Give it more concurrent tasks, or the queue a higher threshold.",
  },
  {
    alert: "NifiHeapNearlyFull",
    expr: `min_over_time(nifi_jvm_heap_usage[10m]) > ${heapShare}`,
    forSeconds: 300,
    severity: "warning",
    summary: "NiFi has hardly any heap left; it becomes slow and may fail",
    runbook:
      "Look for flows that hold many FlowFiles or split large ones in memory. Otherwise give NiFi more memory under `sizes`; half of it becomes heap.",
  },
];

export function nifiDashboard(): Dashboard {
  return {
    title: "NiFi",
    panels: [
      {
        title: "FlowFiles that wait",
        queries: [
          { expr: 'sum(nifi_amount_items_queued{component_type="RootProcessGroup"})', legend: "in all queues" },
        ],
        unit: "count",
      },
      {
        title: "Fullest queues, percent of back-pressure",
        queries: [
          {
            expr: 'topk(10, max by (source_name, destination_name) (nifi_percent_used_count{component_type="Connection"}))',
            legend: "{{source_name}} to {{destination_name}}",
          },
        ],
        unit: "count",
        thresholds: [{ from: fullPercent, severity: "warning" }],
      },
      {
        title: "Bytes read and written in five minutes",
        queries: [
          { expr: 'sum(nifi_amount_bytes_read{component_type="RootProcessGroup"})', legend: "read" },
          { expr: 'sum(nifi_amount_bytes_written{component_type="RootProcessGroup"})', legend: "written" },
        ],
        unit: "bytes",
      },
      {
        title: "Threads at work",
        queries: [{ expr: 'sum(nifi_amount_threads_active{component_type="RootProcessGroup"})', legend: "threads" }],
        unit: "count",
      },
      {
        title: "Heap in use",
        queries: [{ expr: "nifi_jvm_heap_usage", legend: "{{instance}}" }],
        unit: "ratio",
        thresholds: [{ from: heapShare, severity: "warning" }],
      },
    ],
  };
}
