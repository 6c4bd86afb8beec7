import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../../constructs/core/component";
import { folder } from "../../constructs/core/folder";
import { upstream } from "../../constructs/core/image";
import { exporter } from "../../constructs/core/observability";
import { text, toExpr } from "../../constructs/core/reference";
import type { CoreRoles, Database } from "../../constructs/core/roles";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import type { Spawned } from "../../constructs/core/spawned";

const python = upstream("python:3.11-slim-bookworm");
const serve = "/app/serve.py";
const limits = { cpus: 0.25, memoryMiB: 64, most: 3 };

/** Shows how much a component can say in little space: three services in order, and something of everything. */
export class Ledger extends Component {
  readonly api = this.endpoint("api", { port: 8443, scheme: this.encrypted ? "https" : "http", operatorPort: 8543 });
  readonly clerk = this.endpoint("clerk", { port: 8080, scheme: "http", service: "ledger-clerk", page: false });
  readonly desk = this.endpoint("desk", { port: 8080, scheme: "http", service: "ledger-desk", page: false });

  /** @param encrypted whether it ends TLS itself; on AWS the load balancer does */
  constructor(
    scope: Construct,
    { sql, engine }: Pick<CoreRoles, "sql" | "engine">,
    private readonly encrypted = true,
  ) {
    super(scope, "ledger");
    const database = sql.database(this, "ledger");
    this.migrate(database);
    const none = { none: "an example shows it on its first service alone" };
    const common = {
      image: python,
      entrypoint: ["python"],
      command: [serve, "8080"],
      trees: { "/app": folder("__tests__/support/ledger") },
      resources: { cpus: 0.5, memoryMiB: 96, minimumMemoryMiB: 32 },
      stopGraceSeconds: 2,
      processInit: true,
      observability: { metrics: none, alerts: none, dashboard: none },
    } satisfies Partial<ServiceSpec>;

    const tls = encrypted ? this.certificateFile() : {};
    const probed = `${this.api.scheme}://127.0.0.1:8443`;
    this.run({
      ...common,
      command: [serve, "8443", ...Object.keys(tls)],
      env: { DATABASE_URL: database.uri() },
      endpoints: [this.api],
      files: tls,
      health: { exec: ["python", "/app/probe.py", probed], answers: this.api, intervalSeconds: 1 },
      observability: {
        metrics: this.exporter(database),
        alerts: [
          {
            alert: "LedgerEmpty",
            expr: "pg_stat_user_tables_n_live_tup{relname='entries'} == 0",
            forSeconds: 300,
            severity: "warning",
            summary: "The ledger has had no entries for five minutes",
            runbook: "Ask whoever writes to it why nothing came.",
          },
        ],
        dashboard: () => ({
          title: "Ledger",
          panels: [{ title: "Answers", kind: "number", queries: [{ expr: "pg_up" }], unit: "count" }],
        }),
      },
    });
    this.run(
      {
        ...common,
        env: { LEDGER: this.api.url },
        endpoints: [this.clerk],
        ...(engine ? { user: "65534:65534", host: ["host-metrics"] } : {}),
        health: { http: this.clerk, path: "/", tool: "python", intervalSeconds: 1 },
      },
      "ledger-clerk",
    );
    const readers: Spawned = { name: "reader", image: python, volumePath: "/home/reader", ...limits };
    this.run(
      {
        ...common,
        after: ["ledger-clerk"],
        endpoints: [this.desk],
        ...(engine ? { host: ["container-logs", "engine-spawn"], spawns: readers } : {}),
        env: engine ? { DOCKER_HOST: engine.access(this, "spawn").dockerHost, READERS: this.spawner(readers) } : {},
        health: { http: this.desk, path: "/", tool: "python", intervalSeconds: 1 },
      },
      "ledger-desk",
    );
  }

  private certificateFile(): Required<ServiceSpec>["files"] {
    const { bundle } = this.certificate("tls", { names: [this.api, "localhost"], usage: "server" });
    return { "/etc/ledger/tls.pem": { content: text`${bundle}` } };
  }

  private migrate({ host, port, user, name, password, need }: Database): void {
    this.prepare({
      name: "migrate",
      image: images.postgres,
      env: { PGHOST: host.withNeeds(need), PGPORT: port, PGUSER: user, PGDATABASE: name, PGPASSWORD: toExpr(password) },
      script: `psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \\
  --command 'CREATE TABLE IF NOT EXISTS entries (at timestamptz DEFAULT now()); INSERT INTO entries DEFAULT VALUES'`,
    });
  }

  private exporter(database: Database): ReturnType<typeof exporter> {
    return exporter({
      image: images.postgresExporter,
      entrypoint: ["/bin/postgres_exporter"],
      env: { DATA_SOURCE_NAME: text`${database.uri()}?sslmode=disable` },
      port: 9187,
      health: { path: "/", tool: "wget" },
    });
  }
}
