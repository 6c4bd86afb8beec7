import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";
import { text, toExpr } from "../core/reference";
import type { ObjectStore, SqlDatabase } from "../core/roles";
import { mlflowDashboard } from "./mlflow-dashboard";

export interface MlflowProps {
  readonly objectStore: ObjectStore;
  readonly sql: SqlDatabase;
}

const accountsFile = "/opt/datalab/conf/accounts.ini";
/**
 * Threads instead of MLflow's four processes of 230 MiB each. They also survive long uploads:
 * a process without threads that is busy for longer than the timeout (in seconds) is killed.
 */
const gunicornOptions = "--worker-class gthread --threads 16 --timeout 120";

/** MLflow: runs and models in a database, artifacts passed on to the object store, a log-in for everybody. */
export class Mlflow extends Component {
  readonly web = this.endpoint("web", { port: 5000, scheme: "http", operatorPort: 5000 });
  readonly adminPassword = this.secret("admin-password");
  /** Of an account that may see `/metrics` and nothing else. */
  readonly metricsPassword = this.secret("metrics-password");
  /** Signs forms and sessions. */
  readonly sessionKey = this.secret("session-key");

  constructor(scope: Construct, { objectStore, sql }: MlflowProps, id = "mlflow") {
    super(scope, id);
    const runs = sql.database(this, "mlflow");
    const accounts = sql.database(this, "mlflow_auth");
    const artifacts = objectStore.bucket("mlflow");
    const access = objectStore.access(this, [{ bucket: artifacts, mode: "read-write" }]);
    this.run({
      image: images.mlflow,
      // Brings databases and passwords up to date first, then runs MLflow's own command line.
      entrypoint: ["python", "/opt/datalab/start.py"],
      command: [
        "server",
        "--host",
        "0.0.0.0",
        "--port",
        String(this.web.port),
        "--workers",
        "1",
        "--gunicorn-opts",
        gunicornOptions,
        "--serve-artifacts",
        "--artifacts-destination",
        text`${artifacts.uri}/`,
        "--app-name",
        "basic-auth",
        "--expose-prometheus",
        "/tmp/metrics",
      ],
      env: {
        ...access.sdkEnvironment,
        MLFLOW_BACKEND_STORE_URI: runs.uri("psycopg2"),
        MLFLOW_AUTH_CONFIG_PATH: accountsFile,
        MLFLOW_FLASK_SERVER_SECRET_KEY: toExpr(this.sessionKey),
      },
      endpoints: [this.web],
      files: {
        [accountsFile]: {
          content: text`[mlflow]
database_uri = ${accounts.uri("psycopg2")}
admin_username = admin
admin_password = ${this.adminPassword}
default_permission = NO_PERMISSIONS
authorization_function = mlflow.server.auth:authenticate_request_basic_auth

[accounts]
metrics = ${this.metricsPassword}
`,
          uid: 1001,
        },
      },
      needs: [access.need],
      health: { http: this.web, path: "/health", tool: "python", intervalSeconds: 2, startSeconds: 180 },
      resources: {
        cpus: 1,
        memoryMiB: 768,
        minimumMemoryMiB: 512,
        small: { memoryMiB: 416, minimumMemoryMiB: 384 },
        large: { cpus: 2, memoryMiB: 1536 },
      },
      stopGraceSeconds: 20,
      readOnlyRoot: { none: "its secrets are put into the root file system before it starts" },
      // As process 1 it ignores the request to stop.
      processInit: true,
      observability: {
        metrics: {
          endpoint: this.web,
          path: "/metrics",
          login: { user: "metrics", password: this.metricsPassword },
        },
        alerts: [
          {
            alert: "MlflowFailingRequests",
            expr: 'sum(rate(mlflow_http_request_total{status=~"5.."}[5m])) > 0.05',
            forSeconds: 300,
            severity: "warning",
            summary: "MLflow answers requests with server errors: runs may not be recorded",
            runbook:
              "`./datalab services logs mlflow` shows the error. Mostly PostgreSQL or the object store does not answer, so look whether their alerts fire as well.",
          },
        ],
        dashboard: mlflowDashboard,
      },
      logins: [{ endpoint: this.web, user: "admin", password: this.adminPassword }],
    });
  }
}
