import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";
import { text } from "../core/reference";
import type { Consumer, Database, SqlDatabase } from "../core/roles";
import { shellScript } from "../core/shell-script";
import { databasePassword, databaseReference, databaseStep } from "./postgres-database";
import { observerStep, postgresDashboard, postgresExporter } from "./postgres-observability";

const adminUser = "postgres";

/** PostgreSQL. Databases and their owner roles are made on demand, also on a volume that already exists. */
export class Postgres extends Component implements SqlDatabase {
  readonly sql = this.endpoint("sql", { port: 5432, scheme: "postgresql", operatorPort: 5432 });
  readonly adminPassword = this.secret(
    "admin-password",
    "password",
    shellScript("constructs/components/postgres-admin-password.sh"),
  );

  /** Of the role that the exporter uses. */
  readonly observerPassword = this.secret("observer-password");

  constructor(scope: Construct, id = "postgres") {
    super(scope, id);
    this.run({
      image: images.postgres,
      entrypoint: ["docker-entrypoint.sh"],
      // 100, the software's own, is used up by the connection pools of Airflow and Prefect together.
      command: [
        "postgres",
        ...["-c", "max_connections=150", "-c", "password_encryption=scram-sha-256"],
        // Half of the software's own, which a small limit has no room for beside the memory of its connections.
        ...this.bySize({ small: ["-c", "shared_buffers=64MB"], medium: [], large: [] }),
      ],
      env: {
        POSTGRES_USER: adminUser,
        POSTGRES_DB: "postgres",
        POSTGRES_INITDB_ARGS: "--auth-host=scram-sha-256 --data-checksums",
        POSTGRES_PASSWORD: text`${this.adminPassword}`,
      },
      endpoints: [this.sql],
      data: [{ name: "data", path: "/var/lib/postgresql/data", uid: 999, gid: 999, ownedByImage: true }],
      // While the data folder is made, a server without TCP answers on the socket: -h keeps it from counting.
      health: {
        shell: "pg_isready -q -h 127.0.0.1 -U postgres -d postgres",
        answers: this.sql,
        intervalSeconds: 2,
        startSeconds: 120,
      },
      resources: {
        cpus: 1,
        memoryMiB: 512,
        minimumMemoryMiB: 256,
        small: { memoryMiB: 320 },
        large: { cpus: 2, memoryMiB: 1024 },
      },
      stopGraceSeconds: 90,
      observability: {
        metrics: postgresExporter(this.sql, this.observerPassword),
        alerts: [
          {
            alert: "PostgresDown",
            expr: "pg_up == 0",
            forSeconds: 60,
            severity: "critical",
            summary: "PostgreSQL does not answer: everything that keeps its data there fails",
            runbook:
              "`./datalab status` and `./datalab services logs postgres` show whether it runs, and why not; look for a full disk first. After a crash it repairs itself at the next start: `./datalab start core`.",
          },
          {
            alert: "PostgresConnectionsNearLimit",
            expr: "sum(pg_stat_activity_count) > 0.8 * max(pg_settings_max_connections)",
            forSeconds: 300,
            severity: "warning",
            summary: "More than four fifths of PostgreSQL's connections are in use; soon new ones are refused",
            runbook:
              "The dashboard PostgreSQL shows which database holds them. Restart the component that keeps idle ones, or make its pool smaller.",
          },
        ],
        dashboard: postgresDashboard,
      },
      logins: [{ endpoint: this.sql, user: adminUser, password: this.adminPassword }],
    });
    this.provision(observerStep(this.sql, adminUser, this.adminPassword, this.observerPassword));
  }

  database(consumer: Consumer, name: string): Database {
    const password = this.environment.addSecret(databasePassword(consumer.name, name));
    const step = databaseStep(name, password, this.sql, adminUser, this.adminPassword);
    return databaseReference(this.name, this.sql, password, step, name);
  }
}
