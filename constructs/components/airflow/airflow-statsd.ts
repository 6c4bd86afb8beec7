import { images } from "../../../config/images";
import type { AlertRule } from "../../core/observability";
import type { ServiceSpec } from "../../core/service-spec";
import type { Airflow } from "./airflow";
import { airflowDashboard } from "./airflow-dashboard";

const mappingFile = "/etc/statsd-exporter/mapping.yml";

/**
 * Airflow sends names with labels, so that little is left to map: durations become histograms (buckets in seconds), and
 * what Airflow no longer sends, for example for a DAG that was removed, goes after a day.
 */
const mapping = {
  defaults: {
    observer_type: "histogram",
    histogram_options: { buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200] },
    ttl: "24h",
  },
  mappings: [
    {
      match: "airflow.dag_processing.last_num_of_db_queries.*",
      name: "airflow_dag_processing_last_num_of_db_queries",
      labels: { dag_file: "$1" },
    },
  ],
};

/** Fires when a counter of heartbeats stands still, and when there is none though the exporter runs. */
function silent(heartbeat: string): string {
  return `increase(${heartbeat}[3m]) == 0 or (statsd_exporter_build_info unless on (instance) ${heartbeat})`;
}

const alerts: readonly AlertRule[] = [
  {
    alert: "AirflowSchedulerSilent",
    expr: silent("airflow_scheduler_heartbeat"),
    forSeconds: 120,
    severity: "critical",
    summary: "Airflow's scheduler sends no heartbeat: no task starts",
    runbook:
      "Look at `./datalab logs airflow-scheduler` for the last error, and at `./datalab status` for PostgreSQL, without which it cannot send. `./datalab restart airflow` starts it anew; tasks that ran begin again as their `retries` say.",
  },
  {
    alert: "AirflowDagProcessorSilent",
    expr: silent("airflow_dag_processor_heartbeat"),
    forSeconds: 120,
    severity: "critical",
    summary: "Airflow's DAG processor sends no heartbeat: changed DAGs are not seen",
    runbook:
      "Look at `./datalab logs airflow-dag-processor`: a file that hangs or takes all memory while it is loaded is named there. Correct it and run `./datalab up`, or start the processor anew with `./datalab restart airflow`.",
  },
  {
    alert: "AirflowDagImportErrors",
    expr: "airflow_dag_processing_import_errors > 0",
    forSeconds: 60,
    severity: "warning",
    summary: "Airflow cannot load a file with DAGs, so what is in it does not run",
    runbook:
      "Airflow shows file, line and reason at the top of its first page (Dag Import Errors). Correct the file in `workloads/dags` and run `./datalab up`.",
  },
  {
    alert: "AirflowTasksFailing",
    // The first failure of a task makes its counter, which therefore never grew: what was not there before counts as 0.
    expr: 'sum by (dag_id) (airflow_ti_finish{state="failed"} - (airflow_ti_finish{state="failed"} offset 15m or airflow_ti_finish{state="failed"} * 0)) > 0',
    forSeconds: 0,
    severity: "warning",
    summary: "Tasks of an Airflow DAG failed for good within the last quarter of an hour",
    runbook:
      "Open the DAG in Airflow, choose the failed run and read the task's log; it is kept in the object store. **Clear** on the task runs it again once the cause is gone.",
  },
  {
    alert: "AirflowPoolStarving",
    expr: "airflow_pool_starving_tasks > 0",
    forSeconds: 900,
    severity: "warning",
    summary: "Tasks have been waiting for a quarter of an hour for a slot of an Airflow pool",
    runbook:
      "The page Admin, Pools shows which pool is full; its tasks are listed behind the number of running slots. End the one that hangs, or raise the pool in the environment's `airflow.pools`.",
  },
  {
    alert: "AirflowTasksQueued",
    expr: "airflow_executor_queued_tasks > 0",
    forSeconds: 900,
    severity: "warning",
    summary: "Tasks have been waiting for a quarter of an hour for Airflow's executor, which runs as many as it may",
    runbook:
      "Look in Airflow for a task that runs far longer than usual and end it. If all of them are needed, raise `airflow.parallelism`, which also raises the scheduler's memory.",
  },
  {
    alert: "AirflowDagProcessingSlow",
    expr: "airflow_dag_processing_total_parse_time > 60",
    forSeconds: 600,
    severity: "warning",
    summary: "Loading all files with DAGs takes Airflow more than a minute, so changes come late and runs start late",
    runbook:
      "`./datalab logs airflow-dag-processor` lists the time of each file. Move what takes long (queries, requests, large imports) from the top of the file into its tasks.",
  },
];

/** What turns the figures that Airflow sends by UDP into metrics. It stands on nothing, and nothing waits for it. */
export function statsdSpec({ statsd, metrics }: Airflow): ServiceSpec {
  return {
    image: images.statsdExporter,
    entrypoint: ["/bin/statsd_exporter"],
    command: [
      `--statsd.mapping-config=${mappingFile}`,
      `--statsd.listen-udp=:${statsd.port}`,
      "--statsd.listen-tcp=",
      `--web.listen-address=:${metrics.port}`,
    ],
    env: {},
    endpoints: [statsd, metrics],
    // JSON is YAML.
    files: { [mappingFile]: { content: `${JSON.stringify(mapping, undefined, 2)}\n` } },
    health: { http: metrics, path: "/-/healthy", tool: "wget" },
    resources: { cpus: 0.25, memoryMiB: 64, minimumMemoryMiB: 32, small: { memoryMiB: 40 } },
    stopGraceSeconds: 10,
    observability: {
      metrics: { endpoint: metrics, path: "/metrics", job: "airflow" },
      alerts,
      dashboard: airflowDashboard,
    },
  };
}
