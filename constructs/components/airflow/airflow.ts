import type { Construct } from "constructs";
import { images } from "../../../config/images";
import type { EnvironmentConfig } from "../../../config/schema";
import { Component } from "../../core/component";
import { folder } from "../../core/folder";
import { type Endpoint, type EndpointProps, type Expr, text, toExpr } from "../../core/reference";
import type { ObjectStore, SqlDatabase } from "../../core/roles";
import { shellScript } from "../../core/shell-script";
import { shippedPools } from "./airflow.config";
import { lakeVariables } from "../lake-variables";
import { connectionVariables } from "./airflow-connections";
import { asFile, asVariables, type AirflowSettings, databaseSettings } from "./airflow-settings";
import { dagProcessorSpec, schedulerSpec, triggererSpec, webSpec } from "./airflow-services";
import { statsdSpec } from "./airflow-statsd";

export interface AirflowProps {
  readonly objectStore: ObjectStore;
  readonly sql: SqlDatabase;
  /** Buckets that tasks read and write. */
  readonly buckets: readonly string[];
  readonly settings: EnvironmentConfig["airflow"];
}

/** Numeric account of the image; its group is 0. */
const account = 50_000;
const home = "/opt/airflow";

/** Airflow: DAGs of the repository, run by the scheduler itself, with task logs in the object store. */
export class Airflow extends Component {
  readonly schedulerName = `${this.name}-scheduler`;
  readonly dagProcessorName = `${this.name}-dag-processor`;
  readonly triggererName = `${this.name}-triggerer`;
  readonly statsdName = `${this.name}-statsd`;

  readonly web = this.endpoint("web", { port: 8080, scheme: "http", operatorPort: 8085 });
  readonly schedulerHealth = this.on(this.schedulerName, "scheduler-health", { port: 8974, scheme: "http" });
  readonly dagProcessorHealth = this.on(this.dagProcessorName, "dag-processor-health", { port: 8974, scheme: "http" });
  /** Logs of tasks that still run; those that have ended are in the object store. */
  readonly taskLogs = this.on(this.schedulerName, "task-logs", { port: 8793, scheme: "http" });
  readonly statsd = this.on(this.statsdName, "statsd", { port: 9125, scheme: "statsd", protocol: "udp" });
  readonly metrics = this.on(this.statsdName, "metrics", { port: 9102, scheme: "http" });

  readonly adminPassword = this.secret("admin-password");
  /** Encrypts what connections and variables hold in the database. */
  readonly fernetKey = this.secret(
    "fernet-key",
    { base64url: 32 },
    shellScript("constructs/components/airflow/airflow-fernet-key.sh"),
  );
  /** With it Airflow's parts prove to each other who they are; its algorithm, HS512, takes 64 bytes. */
  readonly tokenKey = this.secret("token-key", { hex: 64 });
  /** Signs forms and sessions. */
  readonly sessionKey = this.secret("session-key", { hex: 32 });

  constructor(scope: Construct, { objectStore, sql, buckets, settings }: AirflowProps, id = "airflow") {
    super(scope, id);
    const logs = objectStore.bucket("airflow");
    const access = objectStore.access(
      this,
      [logs, ...buckets.map((name) => objectStore.bucket(name))].map((bucket) => ({ bucket, mode: "read-write" })),
    );
    const state = sql.database(this, "airflow");
    // Tasks write what they make into a database of their own, and not beside Airflow's tables.
    const data = sql.database(this, "airflow_data");
    const database = databaseSettings(toExpr(this.fernetKey), state);
    this.prepare({
      name: "database",
      image: images.airflow,
      script: "exec python -m datalab.settle",
      env: {
        ...asVariables(database),
        ADMIN_PASSWORD: toExpr(this.adminPassword),
        POOLS: JSON.stringify({ ...shippedPools, ...settings.pools }),
        ...connectionVariables(
          settings.connections,
          { aws_default: { conn_type: "aws" }, postgres_default: {} },
          (name) => toExpr(this.secret(`connection-${name}-password`, { given: "text" })),
        ),
        CONNECTION_URI_POSTGRES_DEFAULT: data.uri(),
      },
      memoryMiB: 768,
    });
    const all = this.settings(database, text`${logs.uri}/logs`, settings.parallelism);
    const parts = {
      env: { ...access.sdkEnvironment, ...lakeVariables(objectStore, buckets) },
      needs: [access.need],
      files: { [`${home}/airflow.cfg`]: { content: asFile(all), uid: account } },
    };
    this.run(statsdSpec(this), this.statsdName);
    // The pages show DAGs as the database has them.
    this.run(webSpec(this, parts));
    const spec = { ...parts, trees: { [`${home}/dags`]: folder("workloads/dags") } };
    this.run(schedulerSpec(this, spec, settings.parallelism), this.schedulerName);
    this.run(dagProcessorSpec(this, spec), this.dagProcessorName);
    if (settings.triggerer) {
      const health = this.on(this.triggererName, "triggerer-health", { port: 8974, scheme: "http" });
      this.run(triggererSpec(spec, health), this.triggererName);
    }
  }

  private settings({ core, database }: AirflowSettings, logs: Expr, parallelism: number): AirflowSettings {
    return {
      core: {
        ...core,
        executor: "LocalExecutor",
        dags_folder: `${home}/dags`,
        parallelism: String(parallelism),
        execution_api_server_url: text`${this.web.url.loose()}/execution/`,
        // The name under which other containers find the logs of a task that runs.
        hostname_callable: "socket.gethostname",
      },
      database: { ...database },
      api: {
        port: String(this.web.port),
        base_url: this.web.from("operator").url,
        secret_key: toExpr(this.sessionKey),
        // One process of 250 MiB; it answers many requests at a time.
        workers: "1",
      },
      api_auth: { jwt_secret: toExpr(this.tokenKey) },
      logging: {
        remote_logging: "True",
        remote_base_log_folder: logs,
        delete_local_logs: "True",
        // Otherwise a folder for each day that nobody clears.
        dag_processor_log_target: "stdout",
      },
      scheduler: {
        enable_health_check: "True",
        scheduler_health_check_server_port: String(this.schedulerHealth.port),
        // Seconds until tasks of a scheduler that died begin again; Airflow's own 300 are long for one scheduler.
        orphaned_tasks_check_interval: "60",
      },
      metrics: {
        statsd_on: "True",
        statsd_host: this.statsd.host.loose(),
        statsd_port: String(this.statsd.port),
        statsd_custom_client_path: "datalab.statsd_client.ReconnectingStatsClient",
        // Labels in place of ids in the metrics' names.
        statsd_influxdb_enabled: "True",
        legacy_names_on: "False",
      },
    };
  }

  private on(service: string, name: string, props: EndpointProps): Endpoint {
    return this.endpoint(name, { ...props, service, page: false });
  }
}
