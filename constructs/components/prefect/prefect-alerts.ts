import type { AlertRule } from "../../core/observability";

/**
 * The rules read what the housekeeper shows: Prefect's own metrics count neither runs nor workers.
 *
 * @param workers number of workers that should be there
 */
export function prefectAlerts(workers: number): readonly AlertRule[] {
  return [
    {
      alert: "PrefectServerNotAnswering",
      expr: "prefect_api_answers == 0",
      forSeconds: 90,
      severity: "critical",
      summary: "Prefect's server does not answer, or answers with errors; no run is planned or started",
      runbook:
        "`./datalab services logs prefect` shows whether the server stopped, or cannot reach its database; if PostgreSQL's alerts fire, begin there. When nothing helps, `./datalab restart prefect`: runs go on.",
    },
    {
      alert: "PrefectWorkersMissing",
      expr: `prefect_workers_online{work_pool="default"} < ${workers}`,
      forSeconds: 120,
      severity: "warning",
      summary: `Fewer than ${workers} of Prefect's workers report; runs wait longer`,
      runbook:
        "`./datalab status` shows which worker is not healthy, and `./datalab services logs prefect` why. A worker whose memory is too small for its flows is killed again and again: raise `sizes.prefect-worker` or lower `prefect.workers.runs`.",
    },
    {
      alert: "PrefectWorkPoolNotReady",
      expr: 'prefect_work_pool_ready{work_pool="default"} == 0',
      forSeconds: 120,
      severity: "critical",
      summary: "Prefect's work pool is paused, has no worker or was deleted; no run starts",
      runbook:
        "Open **Work Pools** on Prefect's page. If `default` is paused, somebody paused it there: resume it. If it is not there, it was deleted: make one of the type Process with this name; the workers join it by themselves, and flows have to be deployed again. Otherwise look at the workers with `./datalab services logs prefect`.",
    },
    {
      alert: "PrefectRunsLate",
      expr: 'prefect_flow_runs{state="late"} > 0',
      forSeconds: 600,
      severity: "warning",
      summary: "Runs of Prefect's flows have been late for ten minutes; there are too few workers, or they are stuck",
      runbook:
        "Prefect's page lists late runs under **Runs**. If all workers are busy, raise `prefect.workers.count` or `prefect.workers.runs`; if a work queue or a limit holds them back, it is named on the deployment's page.",
    },
    {
      alert: "PrefectRunsFailing",
      expr: 'sum(prefect_recent_flow_runs{state=~"failed|crashed"}) > 0',
      forSeconds: 60,
      severity: "warning",
      summary: "A run of one of Prefect's flows has failed or crashed within the last quarter of an hour",
      runbook:
        "Open the run under **Runs** on Prefect's page; its logs end with the reason. Crashed, and not failed, means that its process was lost: look for workers that were restarted or ran out of memory.",
    },
    {
      alert: "PrefectOldRunsKept",
      expr: "time() - prefect_last_removal_timestamp_seconds > 7200",
      forSeconds: 300,
      severity: "warning",
      summary: "Prefect's old runs have not been removed for two hours; its database grows",
      runbook:
        "`./datalab services logs prefect` has the reason in the lines of `prefect-housekeeper`; mostly the database does not answer.",
    },
  ];
}
