import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

const failed = "sum by (integration) (rate(alertmanager_notifications_failed_total[5m]))";
const ownLog = "`./datalab services logs alertmanager`";

export const alertmanagerAlerts: readonly AlertRule[] = [
  {
    alert: "AlertmanagerNotificationsFailing",
    expr: `${failed} > 0`,
    forSeconds: 60,
    severity: "critical",
    summary: "Alertmanager cannot reach a receiver ({{ $labels.integration }}): somebody is not told of alerts",
    runbook: `Look at Alertmanager's own page meanwhile. ${ownLog} names the receiver and the error; when its secret is wrong, correct the file and run \`./datalab up monitoring\`.`,
  },
  {
    alert: "AlertmanagerConfigurationRejected",
    expr: "alertmanager_config_last_reload_successful == 0",
    forSeconds: 60,
    severity: "critical",
    summary: "Alertmanager refused its newest configuration and goes on with the old one",
    runbook: `${ownLog} names the line. The configuration is generated, so bring up again what the repository says: \`./datalab up monitoring\`.`,
  },
];

export function alertmanagerDashboard(): Dashboard {
  return {
    title: "Alertmanager",
    panels: [
      {
        title: "Alerts",
        queries: [{ expr: "sum by (state) (alertmanager_alerts)", legend: "{{state}}" }],
        unit: "count",
      },
      {
        title: "Told",
        queries: [
          { expr: "sum by (integration) (rate(alertmanager_notifications_total[5m]))", legend: "{{integration}}" },
        ],
        unit: "per-second",
      },
      {
        title: "Not told, because the receiver failed",
        queries: [{ expr: failed, legend: "{{integration}}" }],
        unit: "per-second",
        thresholds: [{ from: 0.001, severity: "critical" }],
      },
    ],
  };
}
