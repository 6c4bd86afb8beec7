import type { Dashboard } from "../../core/dashboard";

export function airflowDashboard(): Dashboard {
  return {
    title: "Airflow",
    panels: [
      {
        title: "Heartbeats",
        queries: [
          { expr: "rate(airflow_scheduler_heartbeat[5m])", legend: "scheduler" },
          { expr: "rate(airflow_dag_processor_heartbeat[5m])", legend: "DAG processor" },
        ],
        unit: "per-second",
      },
      {
        title: "Files with DAGs that cannot be loaded",
        kind: "number",
        queries: [{ expr: "airflow_dag_processing_import_errors", legend: "files" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "warning" }],
      },
      {
        title: "Tasks that ended",
        queries: [{ expr: "sum by (state) (increase(airflow_ti_finish[5m]))", legend: "{{state}}" }],
        unit: "count",
      },
      {
        title: "Executor",
        queries: [
          { expr: "airflow_executor_running_tasks", legend: "running" },
          { expr: "airflow_executor_queued_tasks", legend: "waiting" },
          { expr: "airflow_executor_open_slots", legend: "free" },
        ],
        unit: "count",
      },
      {
        title: "Slots of pools",
        queries: [
          { expr: "airflow_pool_running_slots", legend: "{{pool_name}}: taken" },
          { expr: "airflow_pool_open_slots", legend: "{{pool_name}}: free" },
          { expr: "airflow_pool_starving_tasks", legend: "{{pool_name}}: tasks that wait" },
        ],
        unit: "count",
      },
      {
        title: "Time to load all DAGs",
        queries: [{ expr: "airflow_dag_processing_total_parse_time", legend: "seconds" }],
        unit: "seconds",
        thresholds: [{ from: 60, severity: "warning" }],
      },
      {
        title: "Time of tasks",
        queries: [
          {
            expr: "histogram_quantile(0.95, sum by (le, dag_id) (rate(airflow_task_duration_bucket[15m])))",
            legend: "{{dag_id}}: 95 % are faster",
          },
        ],
        unit: "seconds",
      },
    ],
  };
}
