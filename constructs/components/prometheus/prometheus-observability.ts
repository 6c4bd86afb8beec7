import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";
import { hasBeenWatched, scrapeSeconds } from "./intervals";
import { jobPattern } from "./scrape-config";

const used =
  "(prometheus_tsdb_storage_blocks_bytes + prometheus_tsdb_wal_storage_size_bytes + prometheus_tsdb_head_chunks_storage_size_bytes)";
const ownLog = "`./datalab services logs prometheus`";

/** Pages are judged by what the prober saw. */
const answers = 'up{job!="probe"}';
const silent = `${answers} == 0 and ${hasBeenWatched(answers, scrapeSeconds)}`;

/**
 * Services that DNS names no task of. They have no target, so that no `up` says that they do not answer; the name of
 * their job says whose they are. Three minutes are more than a deployment takes that stops the old task first.
 */
const gone = [
  ["group", "$1", "config", jobPattern],
  ["component", "$2", "config", jobPattern],
  ["service", "$3", "config", jobPattern],
  ["instance", "no task", "", ""],
].reduce(
  (series, words) => `label_replace(${[series, ...words.map((word) => JSON.stringify(word))].join(", ")})`,
  `max_over_time(prometheus_sd_discovered_targets{name="scrape",config=~"${jobPattern}"}[3m]) == 0`,
);

/** @param catalogue whether targets are found through Consul, and not by names in DNS */
export function prometheusAlerts(catalogue: boolean): AlertRule[] {
  const lookups = catalogue ? "prometheus_sd_consul_rpc_failures_total" : "prometheus_sd_dns_lookup_failures_total";
  return [
    {
      alert: "TargetDown",
      expr: catalogue ? silent : `(${silent}) or ${gone}`,
      forSeconds: 20,
      severity: "critical",
      about: "series",
      summary: "{{ $labels.service }} ({{ $labels.instance }}) does not answer: it is stopped, failed or cut off",
      runbook:
        "`./datalab status` shows whether it runs, and `./datalab services logs <service>` why not. `./datalab start <group>` starts what was stopped; stop a whole group with `./datalab stop <group>`, which raises no alert.",
    },
    {
      alert: "PrometheusRulesFailing",
      expr: "sum by (instance) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
      forSeconds: 60,
      severity: "critical",
      summary: "Prometheus cannot judge some alert rules: what they watch may fail unseen",
      runbook: `${ownLog} names the rule and the error. Mostly two series match where the rule expects one.`,
    },
    {
      alert: "PrometheusConfigurationRejected",
      expr: "prometheus_config_last_reload_successful == 0",
      forSeconds: 60,
      severity: "critical",
      summary: "Prometheus refused its newest configuration and goes on with the old one: new services are not watched",
      runbook: `${ownLog} names the line. The configuration is generated, so bring up again what the repository says: \`./datalab up monitoring\`.`,
    },
    {
      alert: "PrometheusNotificationsFailing",
      expr: "sum by (instance) (rate(prometheus_notifications_errors_total[5m])) > 0",
      forSeconds: 120,
      severity: "critical",
      summary: "Prometheus cannot hand alerts to Alertmanager: nobody is told of what fails",
      runbook: `Look at Prometheus' own page of alerts meanwhile. ${ownLog} has the reason; mostly Alertmanager does not run: \`./datalab start monitoring\`.`,
    },
    {
      alert: "PrometheusStorageNearlyFull",
      expr: `${used} > 0.9 * (prometheus_tsdb_retention_limit_bytes > 0)`,
      forSeconds: 600,
      severity: "warning",
      summary: "Prometheus' space is nearly used up: soon it deletes metrics before their time",
      runbook:
        "Raise `monitoring.retentionGiB`, or lower `monitoring.retentionDays`, and run `./datalab up monitoring`. The dashboard Prometheus shows what grows; a label with ever new values is the usual cause.",
    },
    {
      alert: "PrometheusDiscoveryFailing",
      expr: `sum by (instance) (increase(${lookups}[2m])) > 0`,
      forSeconds: 60,
      severity: "warning",
      summary: "Prometheus cannot ask where services are: those that start or move now are not watched",
      runbook: `${ownLog} has the error. ${
        catalogue
          ? "Look whether Consul is up; when it is, the token was changed without an `./datalab up monitoring` afterwards."
          : "Look whether every service has a healthy task."
      }`,
    },
  ];
}

export function prometheusDashboard(): Dashboard {
  return {
    title: "Prometheus",
    panels: [
      {
        title: "Targets that do not answer",
        kind: "number",
        queries: [{ expr: "sum(1 - up)", legend: "targets" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "critical" }],
      },
      {
        title: "Rules that cannot be judged",
        kind: "number",
        queries: [{ expr: "sum(increase(prometheus_rule_evaluation_failures_total[5m]))", legend: "in 5 minutes" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "critical" }],
      },
      {
        title: "Space in use",
        queries: [{ expr: `${used} / (prometheus_tsdb_retention_limit_bytes > 0)`, legend: "of what it may take" }],
        unit: "ratio",
        thresholds: [{ from: 0.9, severity: "warning" }],
      },
      {
        title: "Series in memory",
        queries: [{ expr: "prometheus_tsdb_head_series", legend: "series" }],
        unit: "count",
      },
      {
        title: "Samples stored",
        queries: [{ expr: "rate(prometheus_tsdb_head_samples_appended_total[5m])", legend: "{{type}}" }],
        unit: "per-second",
      },
      {
        title: "Slowest scrapes",
        queries: [{ expr: "topk(5, scrape_duration_seconds)", legend: "{{service}} {{instance}}" }],
        unit: "seconds",
      },
    ],
  };
}
