import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkEnvironment } from "../../config/load";
import type { EnvironmentInput } from "../../config/schema";
import { sizeNames } from "../../config/sizes";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { printExpr } from "../../constructs/core/print";
import { projectFolder } from "../../constructs/core/project";
import { toExpr } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { usesOfService, usesOfStep } from "../../constructs/core/uses";
import { specsOf } from "../support/spec";
import { synthesiseInput, synthesiseNamed } from "../support/synth";

const server = "prefect-server";
const worker = "prefect-worker";
const housekeeper = "prefect-housekeeper";

function prefectOf(environment: PlatformEnvironment) {
  return environment.components.find(({ name }) => name === "prefect") ?? fail();
}

function specOf(environment: PlatformEnvironment, service: string): ServiceSpec {
  return prefectOf(environment).services.find(({ name }) => name === service)?.spec ?? fail();
}

function variable(spec: ServiceSpec, name: string): string | undefined {
  const value = spec.env[name];
  return value === undefined ? undefined : printExpr(toExpr(value));
}

/** An environment with Prefect's settings. */
function withSettings(prefect: EnvironmentInput["prefect"], changes: Partial<EnvironmentInput> = {}) {
  const input = { name: "lab", target: "docker", groups: ["core", "ml"], prefect, ...changes } as EnvironmentInput;
  return synthesiseInput(input).environment;
}

describe("Prefect", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "prefect")).toMatchInlineSnapshot(`
     {
       "prefect-housekeeper": {
         "endpoints": [
           "prefect.figures http:9105",
         ],
         "entrypoint": [
           "python",
           "/opt/datalab/housekeeper.py",
         ],
         "env": {
           "API_PASSWORD": "{prefect.admin-password}",
           "API_URL": "{prefect.web.url?}/api",
           "API_USER": "admin",
           "DATABASE_URI": "postgresql://prefect:{prefect.prefect-database-password}@{postgres.sql}/prefect",
           "METRICS_PORT": "9105",
           "RETENTION_DAYS": "30",
           "WORK_POOL": "default",
         },
         "health": {
           "http": "prefect.figures http:9105",
           "intervalSeconds": 2,
           "path": "/metrics",
           "startSeconds": 120,
           "timeoutSeconds": 10,
           "tool": "python",
         },
         "image": "images/prefect on python:3.11-slim-bookworm",
         "observability": {
           "alerts": [
             {
               "alert": "PrefectServerNotAnswering",
               "expr": "prefect_api_answers == 0",
               "forSeconds": 90,
               "runbook": "\`./datalab services logs prefect\` shows whether the server stopped, or cannot reach its database; if PostgreSQL's alerts fire, begin there. When nothing helps, \`./datalab restart prefect\`: runs go on.",
               "severity": "critical",
               "summary": "Prefect's server does not answer, or answers with errors; no run is planned or started",
             },
             {
               "alert": "PrefectWorkersMissing",
               "expr": "prefect_workers_online{work_pool="default"} < 2",
               "forSeconds": 120,
               "runbook": "\`./datalab status\` shows which worker is not healthy, and \`./datalab services logs prefect\` why. A worker whose memory is too small for its flows is killed again and again: raise \`sizes.prefect-worker\` or lower \`prefect.workers.runs\`.",
               "severity": "warning",
               "summary": "Fewer than 2 of Prefect's workers report; runs wait longer",
             },
             {
               "alert": "PrefectWorkPoolNotReady",
               "expr": "prefect_work_pool_ready{work_pool="default"} == 0",
               "forSeconds": 120,
               "runbook": "Open **Work Pools** on Prefect's page. If \`default\` is paused, somebody paused it there: resume it. If it is not there, it was deleted: make one of the type Process with this name; the workers join it by themselves, and flows have to be deployed again. Otherwise look at the workers with \`./datalab services logs prefect\`.",
               "severity": "critical",
               "summary": "Prefect's work pool is paused, has no worker or was deleted; no run starts",
             },
             {
               "alert": "PrefectRunsLate",
               "expr": "prefect_flow_runs{state="late"} > 0",
               "forSeconds": 600,
               "runbook": "Prefect's page lists late runs under **Runs**. If all workers are busy, raise \`prefect.workers.count\` or \`prefect.workers.runs\`; if a work queue or a limit holds them back, it is named on the deployment's page.",
               "severity": "warning",
               "summary": "Runs of Prefect's flows have been late for ten minutes; there are too few workers, or they are stuck",
             },
             {
               "alert": "PrefectRunsFailing",
               "expr": "sum(prefect_recent_flow_runs{state=~"failed|crashed"}) > 0",
               "forSeconds": 60,
               "runbook": "Open the run under **Runs** on Prefect's page; its logs end with the reason. Crashed, and not failed, means that its process was lost: look for workers that were restarted or ran out of memory.",
               "severity": "warning",
               "summary": "A run of one of Prefect's flows has failed or crashed within the last quarter of an hour",
             },
             {
               "alert": "PrefectOldRunsKept",
               "expr": "time() - prefect_last_removal_timestamp_seconds > 7200",
               "forSeconds": 300,
               "runbook": "\`./datalab services logs prefect\` has the reason in the lines of \`prefect-housekeeper\`; mostly the database does not answer.",
               "severity": "warning",
               "summary": "Prefect's old runs have not been removed for two hours; its database grows",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "endpoint": "prefect.figures http:9105",
             "path": "/metrics",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its secrets are put into the root file system before it starts",
         },
         "resources": {
           "cpus": 0.25,
           "memoryMiB": 128,
           "minimumMemoryMiB": 96,
         },
         "stopGraceSeconds": 10,
       },
       "prefect-server": {
         "command": [
           "server",
           "start",
           "--host",
           "0.0.0.0",
           "--port",
           "4200",
         ],
         "endpoints": [
           "prefect.web http:4200 published:4200",
         ],
         "entrypoint": [
           "prefect",
         ],
         "env": {
           "PREFECT_API_DATABASE_CONNECTION_TIMEOUT": "30",
           "PREFECT_API_DATABASE_CONNECTION_URL": "postgresql+asyncpg://prefect:{prefect.prefect-database-password}@{postgres.sql}/prefect",
           "PREFECT_API_DATABASE_MIGRATE_ON_START": "false",
           "PREFECT_API_DATABASE_TIMEOUT": "60",
           "PREFECT_SERVER_API_AUTH_STRING": "admin:{prefect.admin-password}",
           "PREFECT_SERVER_METRICS_ENABLED": "true",
           "PREFECT_UI_API_URL": "/api",
         },
         "health": {
           "http": "prefect.web http:4200 published:4200",
           "intervalSeconds": 2,
           "path": "/api/ready",
           "startSeconds": 180,
           "timeoutSeconds": 10,
           "tool": "python",
         },
         "image": "images/prefect on python:3.11-slim-bookworm",
         "logins": [
           {
             "endpoint": "prefect.web http:4200 published:4200",
             "password": "{prefect.admin-password}",
             "user": "admin",
           },
         ],
         "observability": {
           "alerts": {
             "none": "its metrics are of its process; the housekeeper asks it, and its rules say when it does not answer",
           },
           "dashboard": {
             "none": "the housekeeper's dashboard shows it",
           },
           "metrics": {
             "endpoint": "prefect.web http:4200 published:4200",
             "login": {
               "password": "{prefect.admin-password}",
               "user": "admin",
             },
             "path": "/api/metrics",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its secrets are put into the root file system before it starts",
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 768,
           "minimumMemoryMiB": 384,
         },
         "singleton": true,
         "stopGraceSeconds": 20,
       },
       "prefect-worker": {
         "endpoints": [
           "prefect.worker-health http:8080",
         ],
         "entrypoint": [
           "python",
           "/opt/datalab/worker.py",
         ],
         "env": {
           "AWS_ACCESS_KEY_ID": "prefect",
           "AWS_ENDPOINT_URL_S3": "{minio.api.url}",
           "AWS_REGION": "us-east-1",
           "AWS_SECRET_ACCESS_KEY": "{prefect.object-store-key}",
           "DRAIN_SECONDS": "30",
           "END_SECONDS": "10",
           "FLOWS_BUCKET": "prefect",
           "HAND_BACK_SECONDS": "25",
           "LAKE_BRONZE": "bronze",
           "LAKE_GOLD": "gold",
           "LAKE_SILVER": "silver",
           "PREFECT_API_AUTH_STRING": "admin:{prefect.admin-password}",
           "PREFECT_API_URL": "{prefect.web.url}/api",
           "PREFECT_RUNNER_HEARTBEAT_FREQUENCY": "30",
           "PREFECT_WORKER_QUERY_SECONDS": "5",
           "PREFECT_WORKER_WEBSERVER_PORT": "8080",
           "RUN_LIMIT": "4",
           "WORK_POOL": "default",
         },
         "health": {
           "http": "prefect.worker-health http:8080",
           "intervalSeconds": 2,
           "path": "/health",
           "startSeconds": 180,
           "timeoutSeconds": 10,
           "tool": "python",
         },
         "image": "images/prefect on python:3.11-slim-bookworm",
         "needs": [
           "{minio} bucket-prefect account-prefect",
         ],
         "observability": {
           "alerts": {
             "none": "the housekeeper counts the workers, and its rules cover them",
           },
           "dashboard": {
             "none": "the housekeeper's dashboard shows the workers",
           },
           "metrics": {
             "none": "Prefect's workers show none; the server knows them, and the housekeeper shows what it knows",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its secrets are put into the root file system before it starts",
         },
         "replicas": 2,
         "resources": {
           "cpus": 1,
           "memoryMiB": 1024,
           "minimumMemoryMiB": 384,
         },
         "stopGraceSeconds": 90,
       },
     }
    `);
  });

  it("changes the schema once, before everything else, and nowhere else", () => {
    const { preparations } = prefectOf(environment);
    expect(preparations.map(({ name, script }) => ({ name, script }))).toEqual([
      { name: "database", script: "exec python /opt/datalab/prepare.py" },
    ]);
    expect(variable(specOf(environment, server), "PREFECT_API_DATABASE_MIGRATE_ON_START")).toBe("false");
  });

  it("is in the same work pool everywhere", () => {
    const [step = fail()] = prefectOf(environment).preparations;
    expect(step.env["WORK_POOL"]).toBe("default");
    expect(specOf(environment, worker).env["WORK_POOL"]).toBe("default");
  });

  it("gives its database to the server and the housekeeper, and to no flow", () => {
    const secretsOf = (service: string): string[] =>
      usesOfService(prefectOf(environment).services.find(({ name }) => name === service) ?? fail())
        .secrets.map(({ id }) => id)
        .sort();
    const [step = fail()] = prefectOf(environment).preparations;
    expect(usesOfStep(step).secrets.map(({ id }) => id)).toEqual(["prefect.prefect-database-password"]);
    expect(secretsOf(server)).toEqual(["prefect.admin-password", "prefect.prefect-database-password"]);
    expect(secretsOf(housekeeper)).toEqual(["prefect.admin-password", "prefect.prefect-database-password"]);
    expect(secretsOf(worker)).toEqual(["prefect.admin-password", "prefect.object-store-key"]);
  });

  it("asks the same log-in of operators, workers and scrapes", () => {
    const login = "admin:{prefect.admin-password}";
    expect(variable(specOf(environment, server), "PREFECT_SERVER_API_AUTH_STRING")).toBe(login);
    expect(variable(specOf(environment, worker), "PREFECT_API_AUTH_STRING")).toBe(login);
    const { metrics } = specOf(environment, server).observability;
    if (!("endpoint" in metrics)) throw new Error("the server shows no metrics");
    expect(metrics.login).toMatchObject({ user: "admin", password: { id: "prefect.admin-password" } });
    expect(specOf(environment, server).logins?.map(({ user, password }) => `${user}:{${password.id}}`)).toEqual([
      login,
    ]);
  });

  it("has workers wait for the server, and a housekeeper that says so when the server is gone", () => {
    const awaited = (service: string): string[] =>
      usesOfService(prefectOf(environment).services.find(({ name }) => name === service) ?? fail()).awaited.map(
        ({ id }) => id,
      );
    expect(awaited(worker)).toContain("prefect.web");
    expect(awaited(housekeeper)).not.toContain("prefect.web");
  });

  it("kills a worker only after its flows had time to end and to be given back", () => {
    const { env, stopGraceSeconds } = specOf(environment, worker);
    const told = ["DRAIN_SECONDS", "END_SECONDS", "HAND_BACK_SECONDS"].map((name) => Number(env[name]));
    const own = told.reduce((sum, seconds) => sum + seconds, 0);
    expect(stopGraceSeconds).toBeGreaterThanOrEqual(own + 20);
    expect(stopGraceSeconds).toBeLessThanOrEqual(120);
  });

  it("takes the number of workers, their runs and the retention from the configuration", () => {
    const lab = withSettings({ workers: { count: 5, runs: 7 }, runRetentionDays: 3 });
    expect(specOf(lab, worker)).toMatchObject({ replicas: 5, env: { RUN_LIMIT: "7" } });
    expect(specOf(lab, housekeeper).env["RETENTION_DAYS"]).toBe("3");
    const { alerts } = specOf(lab, housekeeper).observability;
    const missing = "none" in alerts ? undefined : alerts.find(({ alert }) => alert === "PrefectWorkersMissing");
    expect(missing?.expr).toBe('prefect_workers_online{work_pool="default"} < 5');
  });

  it("gives a worker memory for each run that it may have at the same time, in an environment of any size", () => {
    for (const size of sizeNames) {
      const memory = (runs: number): number =>
        specOf(withSettings({ workers: { runs } }, { size }), worker).resources.memoryMiB;
      expect(memory(64) - memory(8)).toBe(56 * 144);
      expect(memory(8)).toBeGreaterThanOrEqual(160 + 8 * 144);
    }
  });

  it("takes a worker's memory from `sizes` as far as its runs fit into it", () => {
    const sized = (memoryMiB: number, runs?: number): number =>
      specOf(
        withSettings(runs === undefined ? {} : { workers: { runs } }, { sizes: { "prefect-worker": { memoryMiB } } }),
        worker,
      ).resources.memoryMiB;
    expect(sized(736)).toBe(736);
    expect(() => sized(735)).toThrow(
      "lab.prefect.workers.runs: given 4; allowed: 3 or less with the 735 MiB that `sizes` gives a worker, which takes 160 itself and 144 for each run. Lower it, or raise memoryMiB in `sizes` to 736 or more.",
    );
    expect(sized(384, 1)).toBe(384);
  });

  it.each([
    ["read-write", ["bronze", "gold", "prefect", "silver"], "s3:PutObject"],
    ["read", ["bronze", "gold", "prefect", "silver"], undefined],
    ["none", ["prefect"], undefined],
  ] as const)("grants flows %s of the lake, and always their own bucket", (lake, buckets, written) => {
    const policy = policyOf(withSettings({ grants: { lake } }));
    expect([...policy.keys()].sort()).toEqual(buckets);
    expect(policy.get("prefect")).toContain("s3:PutObject");
    if (lake === "none") return;
    expect(policy.get("gold")?.find((action) => action === "s3:PutObject")).toBe(written);
  });

  it("gives workers every variable that the deployments of the examples ask for, so that both know one bucket", () => {
    const deployments = readFileSync(join(projectFolder(), "workloads/flows/prefect.yaml"), "utf8");
    const asked = [...deployments.matchAll(/\{\{ \$(\w+) \}\}/g)].map(([, name = ""]) => name);
    expect(asked).toEqual(["FLOWS_BUCKET"]);
    expect(asked.map((name) => variable(specOf(environment, worker), name))).toEqual(["prefect"]);
    const { environment: prod } = synthesiseNamed("prod");
    expect(asked.map((name) => variable(specOf(prod, worker), name))).toEqual(["prod-prefect-datalab-example-com"]);
  });

  it("gives flows nothing else before it is granted", () => {
    const { env } = specOf(environment, worker);
    expect(Object.keys(env).filter((name) => /KAFKA|MLFLOW/.test(name))).toEqual([]);
  });

  it("grants Kafka and MLflow, without waiting for them", () => {
    const lab = withSettings({ grants: { kafka: true, mlflow: true } });
    const spec = specOf(lab, worker);
    expect(variable(spec, "KAFKA_BOOTSTRAP_SERVERS")).toMatch(/kafka/);
    expect(variable(spec, "MLFLOW_TRACKING_URI")).toMatch(/mlflow\.web/);
    expect(variable(spec, "MLFLOW_TRACKING_PASSWORD")).toBe("{mlflow.admin-password}");
    const service = prefectOf(lab).services.find(({ name }) => name === worker) ?? fail();
    expect(usesOfService(service).awaited.map(({ owner }) => owner)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/kafka|mlflow/)]),
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      "MLflow for flows where there is none",
      () => withSettings({ grants: { mlflow: true } }, { components: { without: ["mlflow"] } }),
      "lab.prefect.grants.mlflow: given true; allowed: false in an environment without mlflow. Take mlflow out of components.without, or set it to false.",
    ],
    [
      "Kafka for flows where there is none",
      () => withSettings({ grants: { kafka: true } }, { components: { without: ["kafka", "kafka-ui"] } }),
      "lab.prefect.grants.kafka: given true; allowed: false in an environment without kafka. Take kafka out of components.without, or set it to false.",
    ],
    [
      "no worker at all",
      () => checkEnvironment("lab", { name: "lab", target: "docker", prefect: { workers: { count: 0 } } }),
      "lab.prefect.workers.count: given 0; allowed: a whole number from 1 to 32. Correct it in config/environments/lab.ts.",
    ],
    [
      "no retention",
      () => checkEnvironment("lab", { name: "lab", target: "docker", prefect: { runRetentionDays: 0 } }),
      "lab.prefect.runRetentionDays: given 0; allowed: a whole number from 1 to 3650. Correct it in config/environments/lab.ts.",
    ],
    [
      "part of a day",
      () => checkEnvironment("lab", { name: "lab", target: "docker", prefect: { runRetentionDays: 0.5 } }),
      "lab.prefect.runRetentionDays: given 0.5; allowed: a whole number from 1 to 3650. Correct it in config/environments/lab.ts.",
    ],
    [
      "a grant that does not exist",
      () => checkEnvironment("lab", { name: "lab", target: "docker", prefect: { grants: { lake: "write" } } }),
      'lab.prefect.grants.lake: given "write"; allowed: "none", "read" or "read-write". Correct it in config/environments/lab.ts.',
    ],
  ])("refuses %s", (_what, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

/** What the account of the flows may do with objects, by bucket. */
function policyOf(environment: PlatformEnvironment): Map<string, string[]> {
  const steps = usesOfService(
    prefectOf(environment).services.find(({ name }) => name === worker) ?? fail(),
  ).needs.flatMap((need) => need.steps ?? []);
  const text = steps.find(({ name }) => name === "account-prefect")?.env["POLICY"];
  if (typeof text !== "string") throw new Error("no policy");
  const { Statement } = JSON.parse(text) as { Statement: { Action: string[]; Resource: string[] }[] };
  return new Map(
    Statement.flatMap(({ Action, Resource }) =>
      Resource.flatMap((resource) => {
        const bucket = /^arn:aws:s3:::([^/]+)\/\*$/.exec(resource)?.[1];
        return bucket === undefined ? [] : [[bucket, Action] as const];
      }),
    ),
  );
}

function fail(): never {
  throw new Error("missing");
}
