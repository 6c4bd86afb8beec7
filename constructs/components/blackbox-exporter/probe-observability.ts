import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";
import { hasBeenWatched, probeSeconds } from "../prometheus/intervals";

const certificateDays = "(probe_ssl_earliest_cert_expiry - time()) / 86400";

export const probeAlerts: readonly AlertRule[] = [
  {
    alert: "PageDown",
    expr: `probe_success == 0 and ${hasBeenWatched("probe_success", probeSeconds)}`,
    forSeconds: 60,
    severity: "critical",
    about: "series",
    summary: "The page of {{ $labels.component }} ({{ $labels.instance }}) does not open",
    runbook:
      "`./datalab services logs <component>` shows why. When the page opens for you, the address inside the platform is what fails: `./datalab restart monitoring` lets the prober look it up again.",
  },
  {
    alert: "CertificateEndsSoon",
    expr: `${certificateDays} < 14`,
    forSeconds: 300,
    severity: "warning",
    about: "series",
    summary: "The certificate of {{ $labels.instance }} ends in less than two weeks; then nobody can connect",
    runbook:
      "`./datalab up` renews certificates of the environment's own authority that end soon, and restarts their users. For any other, put the new one in place.",
  },
];

export function probeDashboard(): Dashboard {
  return {
    title: "Platform probes",
    panels: [
      {
        title: "Pages that open",
        kind: "number",
        queries: [{ expr: "sum(probe_success)", legend: "pages" }],
        unit: "count",
      },
      {
        title: "Pages that do not open",
        kind: "number",
        queries: [{ expr: "sum(1 - probe_success)", legend: "pages" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "critical" }],
      },
      {
        title: "Time until a page is there",
        queries: [{ expr: "probe_duration_seconds", legend: "{{instance}}" }],
        unit: "seconds",
      },
      {
        title: "Status of the answers",
        queries: [{ expr: "probe_http_status_code", legend: "{{instance}}" }],
        unit: "count",
      },
    ],
  };
}
