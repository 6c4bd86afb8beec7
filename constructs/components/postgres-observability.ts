import { images } from "../../config/images";
import type { Dashboard } from "../core/dashboard";
import { type Exporter, exporter } from "../core/observability";
import { type Endpoint, type Secret, type Step, text, toExpr } from "../core/reference";
import { roleStep } from "./postgres-database";

/** The role that reads statistics of all databases, and no data. */
const observer = "datalab_observer";

/** Makes the exporter's role. */
export function observerStep(server: Endpoint, adminUser: string, adminPassword: Secret, password: Secret): Step {
  const script = "constructs/components/postgres-observer.sh";
  return roleStep({ step: "observer", script, name: observer, password }, server, adminUser, adminPassword);
}

/** PostgreSQL shows no metrics itself. */
export function postgresExporter(server: Endpoint, password: Secret): Exporter {
  return exporter({
    image: images.postgresExporter,
    entrypoint: ["/bin/postgres_exporter"],
    env: {
      DATA_SOURCE_URI: text`${server}/postgres?sslmode=disable`,
      DATA_SOURCE_USER: observer,
      DATA_SOURCE_PASS: toExpr(password),
    },
    port: 9187,
    health: { path: "/", tool: "wget" },
  });
}

export function postgresDashboard(): Dashboard {
  return {
    title: "PostgreSQL",
    panels: [
      { title: "Answers", kind: "number", queries: [{ expr: "pg_up", legend: "PostgreSQL" }], unit: "up" },
      {
        title: "Connections in use",
        queries: [
          { expr: "sum(pg_stat_activity_count) / max(pg_settings_max_connections)", legend: "of those allowed" },
        ],
        unit: "ratio",
        thresholds: [
          { from: 0.8, severity: "warning" },
          { from: 0.95, severity: "critical" },
        ],
      },
      {
        title: "Transactions",
        queries: [
          {
            expr: "sum by (datname) (rate(pg_stat_database_xact_commit[5m]) + rate(pg_stat_database_xact_rollback[5m]))",
            legend: "{{datname}}",
          },
        ],
        unit: "per-second",
      },
      {
        title: "Size of databases",
        queries: [{ expr: 'pg_database_size_bytes{datname!~"template.*"}', legend: "{{datname}}" }],
        unit: "bytes",
      },
      {
        title: "Reads that the cache answers",
        queries: [
          {
            expr: "sum(rate(pg_stat_database_blks_hit[5m])) / sum(rate(pg_stat_database_blks_hit[5m]) + rate(pg_stat_database_blks_read[5m]))",
            legend: "of all",
          },
        ],
        unit: "ratio",
      },
    ],
  };
}
