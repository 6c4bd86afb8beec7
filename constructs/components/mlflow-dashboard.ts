import type { Dashboard } from "../core/dashboard";

export function mlflowDashboard(): Dashboard {
  return {
    title: "MLflow",
    panels: [
      {
        title: "Requests",
        queries: [{ expr: "sum by (status) (rate(mlflow_http_request_total[5m]))", legend: "{{status}}" }],
        unit: "per-second",
      },
      {
        title: "Server errors",
        queries: [{ expr: 'sum(rate(mlflow_http_request_total{status=~"5.."}[5m]))', legend: "errors" }],
        unit: "per-second",
        thresholds: [{ from: 0.05, severity: "warning" }],
      },
      {
        title: "Time of answers",
        queries: [0.5, 0.95].map((share) => ({
          expr: `histogram_quantile(${share}, sum by (le) (rate(mlflow_http_request_duration_seconds_bucket[5m])))`,
          legend: `${share * 100} % are faster`,
        })),
        unit: "seconds",
      },
    ],
  };
}
