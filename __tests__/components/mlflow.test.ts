import { toExpr } from "../../constructs/core/reference";
import { usesOfService } from "../../constructs/core/uses";
import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("MLflow", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "mlflow")).toMatchInlineSnapshot(`
     {
       "mlflow": {
         "command": [
           "server",
           "--host",
           "0.0.0.0",
           "--port",
           "5000",
           "--workers",
           "1",
           "--gunicorn-opts",
           "--worker-class gthread --threads 16 --timeout 120",
           "--serve-artifacts",
           "--artifacts-destination",
           "s3://mlflow/",
           "--app-name",
           "basic-auth",
           "--expose-prometheus",
           "/tmp/metrics",
         ],
         "endpoints": [
           "mlflow.web http:5000 published:5000",
         ],
         "entrypoint": [
           "python",
           "/opt/datalab/start.py",
         ],
         "env": {
           "AWS_ACCESS_KEY_ID": "mlflow",
           "AWS_ENDPOINT_URL_S3": "{minio.api.url}",
           "AWS_REGION": "us-east-1",
           "AWS_SECRET_ACCESS_KEY": "{mlflow.object-store-key}",
           "MLFLOW_AUTH_CONFIG_PATH": "/opt/datalab/conf/accounts.ini",
           "MLFLOW_BACKEND_STORE_URI": "postgresql+psycopg2://mlflow:{mlflow.mlflow-database-password}@{postgres.sql}/mlflow",
           "MLFLOW_FLASK_SERVER_SECRET_KEY": "{mlflow.session-key}",
         },
         "files": {
           "/opt/datalab/conf/accounts.ini": {
             "content": "[mlflow]
     database_uri = postgresql+psycopg2://mlflow_auth:{mlflow.mlflow_auth-database-password}@{postgres.sql}/mlflow_auth
     admin_username = admin
     admin_password = {mlflow.admin-password}
     default_permission = NO_PERMISSIONS
     authorization_function = mlflow.server.auth:authenticate_request_basic_auth

     [accounts]
     metrics = {mlflow.metrics-password}
     ",
             "uid": 1001,
           },
         },
         "health": {
           "http": "mlflow.web http:5000 published:5000",
           "intervalSeconds": 2,
           "path": "/health",
           "startSeconds": 180,
           "tool": "python",
         },
         "image": "images/mlflow on python:3.11-slim-bookworm",
         "logins": [
           {
             "endpoint": "mlflow.web http:5000 published:5000",
             "password": "{mlflow.admin-password}",
             "user": "admin",
           },
         ],
         "needs": [
           "{minio} bucket-mlflow account-mlflow",
         ],
         "observability": {
           "alerts": [
             {
               "alert": "MlflowFailingRequests",
               "expr": "sum(rate(mlflow_http_request_total{status=~"5.."}[5m])) > 0.05",
               "forSeconds": 300,
               "runbook": "\`./datalab services logs mlflow\` shows the error. Mostly PostgreSQL or the object store does not answer, so look whether their alerts fire as well.",
               "severity": "warning",
               "summary": "MLflow answers requests with server errors: runs may not be recorded",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "endpoint": "mlflow.web http:5000 published:5000",
             "login": {
               "password": "{mlflow.metrics-password}",
               "user": "metrics",
             },
             "path": "/metrics",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its secrets are put into the root file system before it starts",
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 768,
           "minimumMemoryMiB": 512,
         },
         "stopGraceSeconds": 20,
       },
     }
    `);
  });

  it("has a password for each of its two databases, which opens that one only", () => {
    const service = environment.components.find(({ name }) => name === "mlflow")?.services[0];
    const steps = usesOfService(service ?? fail())
      .needs.flatMap(({ steps: brought = [] }) => brought)
      .filter(({ name }) => name.startsWith("database-"));
    const passwords = steps.map((step) => toExpr(step.env["NEW_PASSWORD"] ?? fail()).secrets.map(({ id }) => id));
    expect(passwords).toEqual([["mlflow.mlflow-database-password"], ["mlflow.mlflow_auth-database-password"]]);
    for (const step of steps) {
      // Without this every role may connect to what PostgreSQL opens to everybody.
      expect(step.script).toMatch(/REVOKE ALL ON DATABASE %I FROM PUBLIC[^;]+IN \(:'name', 'postgres', 'template1'\)/);
    }
  });

  it("brings its databases, its bucket and its account by reference", () => {
    const service = environment.components.find(({ name }) => name === "mlflow")?.services[0];
    if (!service) throw new Error("no service");
    const uses = usesOfService(service);
    expect(uses.needs.flatMap(({ provider, steps = [] }) => steps.map(({ name }) => `${provider}: ${name}`)))
      .toMatchInlineSnapshot(`
     [
       "minio: bucket-mlflow",
       "minio: account-mlflow",
       "postgres: database-mlflow",
       "minio: bucket-mlflow",
       "postgres: database-mlflow_auth",
     ]
    `);
    expect(uses.secrets.map(({ id }) => id).sort()).toMatchInlineSnapshot(`
     [
       "mlflow.admin-password",
       "mlflow.metrics-password",
       "mlflow.mlflow-database-password",
       "mlflow.mlflow_auth-database-password",
       "mlflow.object-store-key",
       "mlflow.session-key",
     ]
    `);
    expect([...new Set(uses.needs.map(({ provider }) => provider))].sort()).toMatchInlineSnapshot(`
     [
       "minio",
       "postgres",
     ]
    `);
  });
});

function fail(): never {
  throw new Error("missing");
}
