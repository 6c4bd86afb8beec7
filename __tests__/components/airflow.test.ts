import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { toExpr } from "../../constructs/core/reference";
import { usesOfService } from "../../constructs/core/uses";
import type { ComponentRecord, Service } from "../../constructs/core/component-record";
import { printExpr } from "../../constructs/core/print";
import { specsOf } from "../support/spec";
import { synthesiseInput } from "../support/synth";

function airflowOf(settings: object): ComponentRecord {
  const { environment } = synthesiseInput({ name: "lab", target: "docker", groups: ["core", "ml"], ...settings });
  return environment.components.find(({ name }) => name === "airflow") ?? fail();
}

function fail(): never {
  throw new Error("missing");
}

function serviceOf({ services }: ComponentRecord, name: string): Service {
  return services.find((service) => service.name === name) ?? fail();
}

describe("Airflow", () => {
  const airflow = airflowOf({});
  const own = airflow.services.filter(({ spec }) => spec.image.kind === "own");

  it("gives all of its parts one configuration file", () => {
    const [file, ...others] = own.map(({ spec }) =>
      printExpr(toExpr(spec.files?.["/opt/airflow/airflow.cfg"]?.content as string)),
    );
    expect(others).toEqual([file, file]);
    expect(file).toMatchInlineSnapshot(`
     "[core]
     auth_manager = airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager
     fernet_key = {airflow.fernet-key}
     load_examples = False
     executor = LocalExecutor
     dags_folder = /opt/airflow/dags
     parallelism = 4
     execution_api_server_url = {airflow.web.url?}/execution/
     hostname_callable = socket.gethostname
     [database]
     sql_alchemy_conn = postgresql+psycopg2://airflow:{airflow.airflow-database-password}@{postgres.sql}/airflow
     sql_alchemy_conn_async = postgresql+asyncpg://airflow:{airflow.airflow-database-password}@{postgres.sql}/airflow
     load_default_connections = False
     [api]
     port = 8080
     base_url = {airflow.web@operator.url}
     secret_key = {airflow.session-key}
     workers = 1
     [api_auth]
     jwt_secret = {airflow.token-key}
     [logging]
     remote_logging = True
     remote_base_log_folder = s3://airflow/logs
     delete_local_logs = True
     dag_processor_log_target = stdout
     [scheduler]
     enable_health_check = True
     scheduler_health_check_server_port = 8974
     orphaned_tasks_check_interval = 60
     [metrics]
     statsd_on = True
     statsd_host = {airflow.statsd.host?}
     statsd_port = 9125
     statsd_custom_client_path = datalab.statsd_client.ReconnectingStatsClient
     statsd_influxdb_enabled = True
     legacy_names_on = False
     "
    `);
  });

  it("mounts the DAGs where they are loaded, so that an edit replaces these parts and no others", () => {
    const trees = airflow.services.map(({ name, spec }) => [name, Object.keys(spec.trees ?? {})]);
    expect(trees).toEqual([
      ["airflow-statsd", []],
      ["airflow", []],
      ["airflow-scheduler", ["/opt/airflow/dags"]],
      ["airflow-dag-processor", ["/opt/airflow/dags"]],
    ]);
  });

  it("waits neither for the exporter of its metrics nor for its own pages", () => {
    for (const service of own) {
      expect(usesOfService(service).awaited.map(({ id }) => id)).toEqual(["minio.api", "postgres.sql"]);
    }
    expect(usesOfService(serviceOf(airflow, "airflow-statsd")).needs).toEqual([]);
  });

  it("brings its databases, its bucket and its account by reference", () => {
    const { needs } = usesOfService(serviceOf(airflow, "airflow-scheduler"));
    const brought = needs.flatMap(({ provider, steps = [] }) => steps.map(({ name }) => `${provider}: ${name}`));
    expect([...new Set(brought)].sort()).toEqual([
      "minio: account-airflow",
      "minio: bucket-airflow",
      "postgres: database-airflow",
    ]);
  });

  it("settles its database with what the configuration says, and hands passwords over as references", () => {
    const { env, script, memoryMiB } =
      airflowOf({ airflow: { pools: { lake: 1, slow: 2 } } }).preparations[0] ?? fail();
    const printed = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, printExpr(toExpr(value))]));
    expect({ ...printed, script, memoryMiB }).toMatchInlineSnapshot(`
     {
       "ADMIN_PASSWORD": "{airflow.admin-password}",
       "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
       "AIRFLOW__CORE__FERNET_KEY": "{airflow.fernet-key}",
       "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
       "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
       "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://airflow:{airflow.airflow-database-password}@{postgres.sql}/airflow",
       "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": "postgresql+asyncpg://airflow:{airflow.airflow-database-password}@{postgres.sql}/airflow",
       "CONNECTIONS": "{"aws_default":{"conn_type":"aws"},"postgres_default":{}}",
       "CONNECTION_URI_POSTGRES_DEFAULT": "postgresql://airflow_data:{airflow.airflow_data-database-password}@{postgres.sql}/airflow_data",
       "POOLS": "{"lake":1,"slow":2}",
       "memoryMiB": 768,
       "script": "exec python -m datalab.settle",
     }
    `);
  });

  describe("pools", () => {
    const poolsOf = (pools: Readonly<Record<string, number>>): unknown =>
      JSON.parse(airflowOf({ airflow: { pools } }).preparations[0]?.env["POOLS"] as string);

    it("of the DAGs of this repository stay when others are added, with slots that may be changed", () => {
      expect(poolsOf({ etl: 2 })).toEqual({ lake: 4, etl: 2 });
      expect(poolsOf({ lake: 1 })).toEqual({ lake: 1 });
    });

    it("are there for every DAG that names one", () => {
      const dags = join(projectFolder(), "workloads/dags");
      const named = readdirSync(dags).flatMap((file) =>
        [...readFileSync(join(dags, file), "utf8").matchAll(/["']?pool["']?\s*[:=]\s*["']([^"']+)["']/g)].map(
          ([, name = ""]) => name,
        ),
      );
      expect(named).toContain("lake");
      expect(Object.keys(poolsOf({}) as object)).toEqual(expect.arrayContaining(named));
    });
  });

  describe("connections", () => {
    const warehouse = { type: "postgres", host: "db.example.com", port: 5433, schema: "sales", login: "reader" };
    const stepOf = (connections: object) => airflowOf({ airflow: { connections } }).preparations[0] ?? fail();

    it("are handed to the step that settles the database, with passwords that an operator gives", () => {
      const extra = { sslmode: "require" };
      const { env } = stepOf({ warehouse: { ...warehouse, password: true, extra }, api: { type: "http", host: "a" } });
      const described = JSON.parse(printExpr(toExpr(env["CONNECTIONS"] ?? ""))) as object;
      const { type, ...others } = warehouse;
      expect(described).toEqual({
        aws_default: { conn_type: "aws" },
        postgres_default: {},
        warehouse: { conn_type: type, ...others, extra },
        api: { conn_type: "http", host: "a" },
      });
      const passwords = Object.entries(env).filter(([name]) => name.startsWith("CONNECTION_PASSWORD_"));
      expect(passwords.map(([name, value]) => [name, printExpr(toExpr(value))])).toEqual([
        ["CONNECTION_PASSWORD_WAREHOUSE", "{airflow.connection-warehouse-password}"],
      ]);
      const { environment } = synthesiseInput({
        ...{ name: "lab", target: "docker", groups: ["core", "ml"] },
        airflow: { connections: { warehouse: { ...warehouse, password: true } } },
      });
      const secret = environment.secrets.get("airflow.connection-warehouse-password");
      expect(secret?.format).toEqual({ given: "text" });
    });

    it.each([
      [{ aws_default: { type: "aws" } }, /airflow\.connections\.aws_default.*the platform makes itself/],
      [{ "Ware-House": { type: "http" } }, /airflow\.connections.*for example warehouse/],
      [{ w: { host: "a" } }, /airflow\.connections\.w\.type/],
      [{ w: { type: "http", port: 0 } }, /airflow\.connections\.w\.port/],
      [
        { w: { type: "http", password: "hunter2" } },
        /w\.password: .*in the secret airflow\.connection-<name>-password/,
      ],
      [{ w: { type: "postgresql" } }, /w\.type: given "postgresql"; allowed: "postgres", as Airflow calls it/],
      [{ w: { type: "http", host: "a b" } }, /w\.host: .*without blanks and quotes/],
      [{ w: { type: "postgres", host: "https://db.example.com/" } }, /w\.host: .*no URL\. Write its parts as host/],
      [{ w: { type: "http", host: "postgres://db.example.com/sales" } }, /w\.host: .*no URL/],
      [{ w: { type: "postgres", host: "db.example.com:5432" } }, /w\.host: .*Write the port as port/],
      [{ w: { type: "http", host: "https://ada:pw@api.example.com/" } }, /w\.host: .*Write the account as login/],
      [
        { w: { type: "http", extra: "sslmode=require" } },
        /w\.extra: .*an object whose keys are each the name of a field/,
      ],
      [{ w: { type: "http", extra: { "": 1 } } }, /w\.extra\[""\]: .*as a key, the name of a field/],
      [
        { w: { type: "http", extra: { a: { b: 1 } } } },
        /w\.extra\.a: given .*allowed: a text, a number, true or false/,
      ],
      [
        { w: { type: "aws", extra: { aws_secret_access_key: "x" } } },
        /w\.extra\.aws_secret_access_key: .*nothing secret/,
      ],
      [{ w: { type: "http", extra: { password: "x" } } }, /w\.extra\.password: .*nothing secret/],
      [{ w: { type: "http", host: "a\nb" } }, /airflow\.connections\.w\.host.*one line/],
    ])("refuses %j and names the setting", (connections, message) => {
      expect(() => airflowOf({ airflow: { connections } })).toThrow(message);
    });

    it.each([
      { type: "http", host: "https://api.example.com:8443/v1" },
      { type: "http", host: "api.example.com:8080" },
      { type: "postgres", host: "2001:db8::7", extra: { sslmode: "require", keepalives: 1, tokenizer: "x" } },
    ])("may be %j", (connection) => {
      expect(JSON.stringify(stepOf({ w: connection }).env["CONNECTIONS"])).toContain(connection.host);
    });
  });

  it("has a triggerer only where one is asked for", () => {
    expect(airflow.services.map(({ name }) => name)).not.toContain("airflow-triggerer");
    const with_ = airflowOf({ airflow: { triggerer: true } });
    expect(serviceOf(with_, "airflow-triggerer").spec.command).toEqual(["TriggererJob", "8974", "triggerer"]);
  });

  it("lets no second scheduler run beside the first, not even while it is replaced", () => {
    expect(serviceOf(airflow, "airflow-scheduler").spec.singleton).toBe(true);
  });

  it("gives the scheduler memory for each task that it may run", () => {
    const memory = (parallelism: number): number =>
      serviceOf(airflowOf({ airflow: { parallelism } }), "airflow-scheduler").spec.resources.memoryMiB;
    expect(memory(5) - memory(4)).toBe(128);
  });

  it.each([
    [{ pools: { "not a pool": 1 } }, /pools/],
    [{ pools: { lake: -1 } }, /pools\.lake/],
    [{ parallelism: 0 }, /parallelism/],
  ])("refuses %j and names the setting", (settings, message) => {
    expect(() => airflowOf({ airflow: settings })).toThrow(message);
  });

  it("is described without a target", () => {
    const { environment } = synthesiseInput({ name: "lab", target: "docker", groups: ["core", "ml"] });
    const specs = specsOf(environment, "airflow");
    expect(Object.keys(specs)).toEqual(["airflow-statsd", "airflow", "airflow-scheduler", "airflow-dag-processor"]);
    expect(specs["airflow-statsd"]).toMatchInlineSnapshot(`
     {
       "command": [
         "--statsd.mapping-config=/etc/statsd-exporter/mapping.yml",
         "--statsd.listen-udp=:9125",
         "--statsd.listen-tcp=",
         "--web.listen-address=:9102",
       ],
       "endpoints": [
         "airflow.statsd statsd:9125",
         "airflow.metrics http:9102",
       ],
       "entrypoint": [
         "/bin/statsd_exporter",
       ],
       "env": {},
       "files": {
         "/etc/statsd-exporter/mapping.yml": {
           "content": "{
       "defaults": {
         "observer_type": "histogram",
         "histogram_options": {
           "buckets": [
             0.1,
             0.5,
             1,
             5,
             15,
             60,
             300,
             1800,
             7200
           ]
         },
         "ttl": "24h"
       },
       "mappings": [
         {
           "match": "airflow.dag_processing.last_num_of_db_queries.*",
           "name": "airflow_dag_processing_last_num_of_db_queries",
           "labels": {
             "dag_file": "$1"
           }
         }
       ]
     }
     ",
         },
       },
       "health": {
         "http": "airflow.metrics http:9102",
         "path": "/-/healthy",
         "tool": "wget",
       },
       "image": "prom/statsd-exporter:v0.28.0",
       "observability": {
         "alerts": [
           {
             "alert": "AirflowSchedulerSilent",
             "expr": "increase(airflow_scheduler_heartbeat[3m]) == 0 or (statsd_exporter_build_info unless on (instance) airflow_scheduler_heartbeat)",
             "forSeconds": 120,
             "runbook": "Look at \`./datalab logs airflow-scheduler\` for the last error, and at \`./datalab status\` for PostgreSQL, without which it cannot send. \`./datalab restart airflow\` starts it anew; tasks that ran begin again as their \`retries\` say.",
             "severity": "critical",
             "summary": "Airflow's scheduler sends no heartbeat: no task starts",
           },
           {
             "alert": "AirflowDagProcessorSilent",
             "expr": "increase(airflow_dag_processor_heartbeat[3m]) == 0 or (statsd_exporter_build_info unless on (instance) airflow_dag_processor_heartbeat)",
             "forSeconds": 120,
             "runbook": "Look at \`./datalab logs airflow-dag-processor\`: a file that hangs or takes all memory while it is loaded is named there. Correct it and run \`./datalab up\`, or start the processor anew with \`./datalab restart airflow\`.",
             "severity": "critical",
             "summary": "Airflow's DAG processor sends no heartbeat: changed DAGs are not seen",
           },
           {
             "alert": "AirflowDagImportErrors",
             "expr": "airflow_dag_processing_import_errors > 0",
             "forSeconds": 60,
             "runbook": "Airflow shows file, line and reason at the top of its first page (Dag Import Errors). Correct the file in \`workloads/dags\` and run \`./datalab up\`.",
             "severity": "warning",
             "summary": "Airflow cannot load a file with DAGs, so what is in it does not run",
           },
           {
             "alert": "AirflowTasksFailing",
             "expr": "sum by (dag_id) (airflow_ti_finish{state="failed"} - (airflow_ti_finish{state="failed"} offset 15m or airflow_ti_finish{state="failed"} * 0)) > 0",
             "forSeconds": 0,
             "runbook": "Open the DAG in Airflow, choose the failed run and read the task's log; it is kept in the object store. **Clear** on the task runs it again once the cause is gone.",
             "severity": "warning",
             "summary": "Tasks of an Airflow DAG failed for good within the last quarter of an hour",
           },
           {
             "alert": "AirflowPoolStarving",
             "expr": "airflow_pool_starving_tasks > 0",
             "forSeconds": 900,
             "runbook": "The page Admin, Pools shows which pool is full; its tasks are listed behind the number of running slots. End the one that hangs, or raise the pool in the environment's \`airflow.pools\`.",
             "severity": "warning",
             "summary": "Tasks have been waiting for a quarter of an hour for a slot of an Airflow pool",
           },
           {
             "alert": "AirflowTasksQueued",
             "expr": "airflow_executor_queued_tasks > 0",
             "forSeconds": 900,
             "runbook": "Look in Airflow for a task that runs far longer than usual and end it. If all of them are needed, raise \`airflow.parallelism\`, which also raises the scheduler's memory.",
             "severity": "warning",
             "summary": "Tasks have been waiting for a quarter of an hour for Airflow's executor, which runs as many as it may",
           },
           {
             "alert": "AirflowDagProcessingSlow",
             "expr": "airflow_dag_processing_total_parse_time > 60",
             "forSeconds": 600,
             "runbook": "\`./datalab logs airflow-dag-processor\` lists the time of each file. Move what takes long (queries, requests, large imports) from the top of the file into its tasks.",
             "severity": "warning",
             "summary": "Loading all files with DAGs takes Airflow more than a minute, so changes come late and runs start late",
           },
         ],
         "dashboard": [Function],
         "metrics": {
           "endpoint": "airflow.metrics http:9102",
           "job": "airflow",
           "path": "/metrics",
         },
       },
       "resources": {
         "cpus": 0.25,
         "memoryMiB": 64,
         "minimumMemoryMiB": 32,
       },
       "stopGraceSeconds": 10,
     }
    `);
  });
});
