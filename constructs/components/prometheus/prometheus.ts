import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";

/** Prometheus: collects the metrics of everything that runs, and judges the alert rules of all components. */
export class Prometheus extends Component {
  readonly web = this.endpoint("web", { port: 9090, scheme: "http", operatorPort: 9090 });

  constructor(scope: Construct, id = "prometheus") {
    super(scope, id);
    this.run({
      image: images.prometheus,
      entrypoint: ["/bin/prometheus"],
      command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      env: {},
      endpoints: [this.web],
      files: {
        "/etc/prometheus/prometheus.yml": {
          content: JSON.stringify({
            global: { scrape_interval: "15s" },
            scrape_configs: [{ job_name: "prometheus", static_configs: [{ targets: [`127.0.0.1:${this.web.port}`] }] }],
          }),
        },
      },
      data: [{ name: "data", path: "/prometheus", uid: 65534, gid: 65534, ownedByImage: true }],
      health: { http: this.web, path: "/-/ready", tool: "wget", intervalSeconds: 2, startSeconds: 120 },
      resources: { cpus: 0.5, memoryMiB: 512, minimumMemoryMiB: 256 },
      stopGraceSeconds: 60,
      observability: {
        metrics: { endpoint: this.web, path: "/metrics" },
        alerts: [
          {
            alert: "PrometheusRulesFailing",
            expr: "sum(increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
            forSeconds: 300,
            severity: "critical",
            summary: "Prometheus cannot judge some alert rules: what they watch may fail unseen",
            runbook: "`./datalab services logs prometheus` names the rule and the error.",
          },
        ],
        dashboard: () => ({
          title: "Prometheus",
          panels: [
            {
              title: "Samples stored",
              queries: [{ expr: "rate(prometheus_tsdb_head_samples_appended_total[5m])", legend: "samples" }],
              unit: "per-second",
            },
            {
              title: "Rules that cannot be judged",
              kind: "number",
              queries: [
                { expr: "sum(increase(prometheus_rule_evaluation_failures_total[5m]))", legend: "in 5 minutes" },
              ],
              unit: "count",
              thresholds: [{ from: 1, severity: "critical" }],
            },
            {
              title: "Series in memory",
              queries: [{ expr: "prometheus_tsdb_head_series", legend: "series" }],
              unit: "count",
            },
          ],
        }),
      },
    });
  }
}
