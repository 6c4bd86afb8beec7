import type { Dashboard } from "../core/dashboard";

/** @param expected workers that should be there */
export function sparkDashboard(expected: number): Dashboard {
  return {
    title: "Spark",
    panels: [
      {
        title: "Workers",
        kind: "number",
        queries: [{ expr: "metrics_master_aliveWorkers_Value", legend: `of ${expected}` }],
        unit: "count",
      },
      {
        title: "Applications",
        queries: [
          { expr: "metrics_master_apps_Value", legend: "all" },
          { expr: "metrics_master_waitingApps_Value", legend: "waiting" },
        ],
        unit: "count",
      },
      {
        title: "Cores in use",
        queries: [{ expr: "metrics_worker_coresUsed_Value", legend: "{{instance}}" }],
        unit: "count",
      },
      {
        title: "Memory in use",
        queries: [{ expr: "metrics_worker_memUsed_MB_Value * 1024 * 1024", legend: "{{instance}}" }],
        unit: "bytes",
      },
    ],
  };
}
