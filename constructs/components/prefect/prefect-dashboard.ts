import type { Dashboard } from "../../core/dashboard";

/** @param workers number of workers that should be there */
export function prefectDashboard(workers: number): Dashboard {
  return {
    title: "Prefect",
    panels: [
      {
        title: "Server answers",
        kind: "number",
        queries: [{ expr: "prefect_api_answers", legend: "server" }],
        unit: "up",
      },
      {
        title: "Workers",
        kind: "number",
        queries: [{ expr: 'prefect_workers_online{work_pool="default"}', legend: `of ${workers}` }],
        unit: "count",
      },
      {
        title: "Runs that have not ended",
        queries: [{ expr: "prefect_flow_runs", legend: "{{state}}" }],
        unit: "count",
      },
      {
        title: "Late runs",
        kind: "number",
        queries: [{ expr: 'prefect_flow_runs{state="late"}', legend: "late" }],
        unit: "count",
        thresholds: [
          { from: 1, severity: "warning" },
          { from: 20, severity: "critical" },
        ],
      },
      {
        title: "Runs that ended in the last 15 minutes",
        queries: [{ expr: "prefect_recent_flow_runs", legend: "{{state}}" }],
        unit: "count",
      },
      {
        title: "Runs that were lost before they began",
        description: "Runs of the platform's work pool that stayed pending and were ended: their worker was lost.",
        queries: [{ expr: "increase(prefect_lost_flow_runs_total[1h])", legend: "within an hour" }],
        unit: "count",
      },
      {
        title: "Removed runs",
        queries: [{ expr: "increase(prefect_removed_flow_runs_total[1h])", legend: "within an hour" }],
        unit: "count",
      },
      {
        title: "Memory of the server",
        queries: [{ expr: 'process_resident_memory_bytes{job="prefect-server"}', legend: "resident" }],
        unit: "bytes",
      },
    ],
  };
}
