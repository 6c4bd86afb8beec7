import type { EnvironmentInput } from "../../config/schema";
import { observabilityOf } from "../../constructs/core/observability-of";
import { awsInput, resourcesOf } from "../aws/support";
import { specsOf } from "../support/spec";
import { synthesiseInput, synthesiseNamed } from "../support/synth";

/** The parts of a printed spec that these tests look at. */
interface Printed {
  readonly image: string;
  readonly user?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, { readonly content: string }>>;
  readonly data?: readonly unknown[];
  readonly spawns?: Readonly<Record<string, unknown>>;
  readonly needs: readonly string[];
}

const lab: EnvironmentInput = {
  name: "lab",
  target: "docker",
  groups: ["core", "visualization"],
};

function hubOf(input: EnvironmentInput): Printed {
  return specsOf(synthesiseInput(input).environment, "jupyterhub")["jupyterhub"] as Printed;
}

function propertiesOf({ files }: Printed): string {
  return files["/opt/datalab/conf/spark-defaults.conf"]?.content ?? "";
}

describe("JupyterHub", () => {
  it("is described without a target", () => {
    expect(specsOf(synthesiseNamed("dev").environment, "jupyterhub")).toMatchInlineSnapshot(`
     {
       "jupyterhub": {
         "command": [
           "--config",
           "/opt/datalab/jupyterhub_config.py",
         ],
         "endpoints": [
           "jupyterhub.web http:8000 published:8000",
           "jupyterhub.api http:8081",
         ],
         "entrypoint": [
           "jupyterhub",
         ],
         "env": {
           "ADMINISTRATOR_PASSWORD": "{jupyterhub.administrator-password}",
           "ADMIN_ENV_AWS_ACCESS_KEY_ID": "jupyterhub-administrators",
           "ADMIN_ENV_AWS_ENDPOINT_URL_S3": "{minio.api.url}",
           "ADMIN_ENV_AWS_REGION": "us-east-1",
           "ADMIN_ENV_AWS_SECRET_ACCESS_KEY": "{jupyterhub.jupyterhub-administrators-object-store-key}",
           "DATABASE_URL": "postgresql+psycopg2://jupyterhub:{jupyterhub.jupyterhub-database-password}@{postgres.sql}/jupyterhub",
           "DOCKER_HOST": "tcp://{engine-spawn-visualization.api}",
           "HUB_SETTINGS": "{"administrators":["admin"],"signUp":"approval","servers":{"cpus":1,"memoryMiB":1280,"most":4},"idleMinutes":60,"grants":{"users":{"bronze":"read","silver":"read","gold":"read-write"}},"mostServers":4,"homes":"/homes"}",
           "HUB_URL": "{jupyterhub.api.url}",
           "JPY_COOKIE_SECRET": "{jupyterhub.cookie-secret}",
           "METRICS_TOKEN": "{jupyterhub.metrics-token}",
           "SESSION_ENV_LAKE_BRONZE": "bronze",
           "SESSION_ENV_LAKE_GOLD": "gold",
           "SESSION_ENV_LAKE_SILVER": "silver",
           "SESSION_ENV_MLFLOW_TRACKING_URI": "{mlflow.web.url?}",
           "SPARK_DEFAULTS_FILE": "/opt/datalab/conf/spark-defaults.conf",
           "SPAWNER": "{"labels":{"datalab.environment":"dev","datalab.group":"visualization","datalab.component":"jupyterhub","datalab.service":"notebook","datalab.kind":"spawned"},"namePrefix":"dev-notebook-","memoryBytes":1342177280,"nanoCpus":1000000000,"most":4,"image":"{image notebook}","network":"{network-name}","environment":{"SERVICE_DISCOVERY_CONSUL":"{consul.http?}"},"volume":{"namePrefix":"dev-notebook-","path":"/home/notebook","labels":{"datalab.environment":"dev","datalab.checkout":"{checkout-id}"}}}",
           "USER_ENV_AWS_ACCESS_KEY_ID": "jupyterhub-users",
           "USER_ENV_AWS_ENDPOINT_URL_S3": "{minio.api.url}",
           "USER_ENV_AWS_REGION": "us-east-1",
           "USER_ENV_AWS_SECRET_ACCESS_KEY": "{jupyterhub.jupyterhub-users-object-store-key}",
         },
         "files": {
           "/opt/datalab/conf/spark-defaults.conf": {
             "content": "spark.master spark://{spark.rpc?}
     spark.authenticate true
     spark.network.crypto.enabled true
     spark.master.rest.enabled false
     spark.driver.port 7100
     spark.blockManager.port 7120
     spark.ui.port 4040
     spark.ui.reverseProxy true
     spark.ui.reverseProxyUrl {spark.ui@operator.url?}
     spark.ui.prometheus.enabled true
     spark.sql.extensions io.delta.sql.DeltaSparkSessionExtension
     spark.sql.catalog.spark_catalog org.apache.spark.sql.delta.catalog.DeltaCatalog
     spark.executor.cores 1
     spark.executor.memory 576m
     spark.driver.memory 512m
     spark.sql.shuffle.partitions 12
     spark.databricks.delta.snapshotPartitions 3
     spark.worker.preferConfiguredMasterAddress true
     spark.worker.cleanup.enabled true
     spark.worker.cleanup.appDataTtl 86400
     spark.eventLog.enabled true
     spark.eventLog.dir s3a://spark/events
     spark.eventLog.compress true
     spark.hadoop.fs.s3a.endpoint {minio.api.url?}
     spark.hadoop.fs.s3a.path.style.access true
     spark.hadoop.fs.s3a.connection.ssl.enabled false
     spark.authenticate.secret {spark.authentication}
     spark.dynamicAllocation.enabled true
     spark.dynamicAllocation.shuffleTracking.enabled true
     spark.dynamicAllocation.shuffleTracking.timeout 300s
     spark.dynamicAllocation.cachedExecutorIdleTimeout 600s
     ",
             "mode": "0600",
             "uid": 1001,
           },
         },
         "health": {
           "http": "jupyterhub.web http:8000 published:8000",
           "intervalSeconds": 2,
           "path": "/hub/health",
           "startSeconds": 120,
           "tool": "python",
         },
         "host": [
           "engine-spawn",
         ],
         "image": "images/jupyterhub on python:3.11-slim-bookworm",
         "logins": [
           {
             "endpoint": "jupyterhub.web http:8000 published:8000",
             "password": "{jupyterhub.administrator-password}",
             "user": "admin",
           },
         ],
         "needs": [
           "{minio} bucket-spark account-jupyterhub-administrators",
           "{minio} bucket-spark account-jupyterhub-users",
         ],
         "observability": {
           "alerts": [
             {
               "alert": "JupyterHubSpawnsFailing",
               "expr": "sum(increase(jupyterhub_server_spawn_duration_seconds_count{status="failure"}[15m])) > 0",
               "forSeconds": 0,
               "runbook": "\`./datalab services logs jupyterhub\` names the user and the reason. A container that failed is kept until its user's next try: \`docker logs <environment>-notebook-<user>\` shows what it wrote.",
               "severity": "critical",
               "summary": "Servers of users do not start, so that people cannot open their notebooks",
             },
             {
               "alert": "JupyterHubSlow",
               "expr": "histogram_quantile(0.95, sum by (le) (rate(jupyterhub_event_loop_interval_seconds_bucket[5m]))) > 1",
               "forSeconds": 300,
               "runbook": "Look at the hub's CPU and at PostgreSQL's answers, on which every request waits. Raise \`sizes.jupyterhub\` when the hub is at its limit.",
               "severity": "warning",
               "summary": "JupyterHub answers slowly: its event loop is blocked for more than a second again and again",
             },
             {
               "alert": "JupyterHubProxyUnreachable",
               "expr": "sum(increase(jupyterhub_check_routes_duration_seconds_count[3m])) == 0",
               "forSeconds": 180,
               "runbook": "\`./datalab services logs jupyterhub\` shows what the proxy says. \`./datalab restart visualization\` starts both again; servers in containers of their own go on.",
               "severity": "critical",
               "summary": "JupyterHub cannot reach its proxy: new servers get no address, and pages may not open",
             },
             {
               "alert": "JupyterHubNearlyFull",
               "expr": "sum(jupyterhub_running_servers) >= 4",
               "forSeconds": 600,
               "runbook": "The page \`/hub/admin\` shows who runs one and since when, and stops it. Lower \`jupyterhub.idleMinutes\`, or raise \`jupyterhub.servers.most\` if the machine has the memory.",
               "severity": "warning",
               "summary": "Nearly all of the 4 servers that JupyterHub may run are taken; whoever comes next is turned away",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "endpoint": "jupyterhub.api http:8081",
             "login": {
               "bearer": "{jupyterhub.metrics-token}",
             },
             "path": "/hub/metrics",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its secrets are put into the root file system before it starts",
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 512,
           "minimumMemoryMiB": 256,
         },
         "singleton": true,
         "spawns": {
           "cpus": 1,
           "image": {
             "base": {
               "base": {
                 "kind": "upstream",
                 "reference": "apache/spark:3.5.8-java17-python3",
                 "shell": true,
               },
               "folder": "spark",
               "kind": "own",
               "name": "spark",
             },
             "folder": "notebook",
             "kind": "own",
             "name": "notebook",
           },
           "memoryMiB": 1280,
           "most": 4,
           "name": "notebook",
           "volumePath": "/home/notebook",
         },
         "stopGraceSeconds": 20,
       },
     }
    `);
  });

  it("gives users the limits and the number of servers that the environment states", () => {
    const { spawns, env } = hubOf({ ...lab, jupyterhub: { servers: { cpus: 2, memoryMiB: 4096, most: 9 } } });
    expect(spawns).toMatchObject({ cpus: 2, memoryMiB: 4096, most: 9, volumePath: "/home/notebook" });
    expect(JSON.parse(env["HUB_SETTINGS"] ?? "")).toMatchObject({ mostServers: 9 });
  });

  it("makes an account of the object store for each role", () => {
    const { environment } = synthesiseInput({ ...lab, jupyterhub: { grants: { users: { silver: "read" } } } });
    const steps = environment.components
      .find(({ name }) => name === "jupyterhub")
      ?.services[0]?.spec.needs?.flatMap((need) => need.steps ?? []);
    const policies = new Map(steps?.map(({ name, env }) => [name, JSON.stringify(env["POLICY"])]));
    expect(policies.get("account-jupyterhub-users")).toContain("arn:aws:s3:::silver/*");
    expect(policies.get("account-jupyterhub-users")).not.toMatch(/gold|PutObject/);
    expect(policies.get("account-jupyterhub-administrators")).toMatch(/PutObject.*gold|gold.*PutObject/);
  });

  it("runs sessions on the cluster where there is one, without waiting for it", () => {
    expect(propertiesOf(hubOf(lab))).toContain("spark.master local[2]\n");
    const all = synthesiseInput({ ...lab, groups: ["core", "processing", "ml", "visualization"] });
    const hub = specsOf(all.environment, "jupyterhub")["jupyterhub"] as Printed;
    expect(propertiesOf(hub)).toContain("spark.master spark://{spark.rpc?}");
    expect(hub.env["SESSION_ENV_MLFLOW_TRACKING_URI"]).toMatch(/mlflow\.web/);
    const { stacks } = all.manifest;
    expect(stacks["lab-visualization"]?.dependencies).not.toContain("lab-processing");
    // The notebook's image builds upon Spark's, which is built once.
    expect(stacks["lab-visualization-images"]?.dependencies).toEqual(["lab-processing-images"]);
  });

  it("runs servers as processes when told to, each under an account of its own", () => {
    const hub = hubOf({ ...lab, groups: ["core", "processing", "visualization"], jupyterhub: { spawner: "process" } });
    expect(hub).toMatchObject({ image: "images/jupyterhub on apache/spark:3.5.8-java17-python3", user: "0:0" });
    expect(hub.spawns).toBeUndefined();
    expect(hub.env["SPAWNER"]).toBeUndefined();
    expect(hub.data).toEqual([{ gid: 1001, name: "homes", path: "/homes", uid: 1001 }]);
    // Workers do not find processes that share a host.
    expect(propertiesOf(hub)).toContain("spark.master local[2]\n");
  });

  it("gives the hub room for as many processes of users as may run, and needs room for one", () => {
    const servers = { most: 3, memoryMiB: 2000, cpus: 2 };
    const hub = hubOf({
      ...lab,
      groups: ["core", "visualization"],
      jupyterhub: { spawner: "process", servers },
    });
    expect(hub).toMatchObject({ resources: { memoryMiB: 512 + 3 * 2000, minimumMemoryMiB: 512 + 2000, cpus: 3 } });
  });

  it("does so on AWS, where no engine makes containers, and refuses containers there", () => {
    const { environment } = synthesiseNamed("prod");
    expect(specsOf(environment, "jupyterhub")["jupyterhub"]).toMatchObject({ user: "0:0" });
    const input = { ...environment.config, jupyterhub: { spawner: "container" } } as EnvironmentInput;
    expect(() => synthesiseInput(input)).toThrow(
      /^prod\.jupyterhub\.spawner: given "container"; allowed: process, because .* Leave it out, or set it to process\.$/,
    );
  });

  it("gives no session on AWS more than users may have, because all of them have the task's identity", () => {
    const grants = { administrators: { gold: "read" }, users: { gold: "read" } } as const;
    const { stacks } = synthesiseInput(awsInput({ groups: ["core", "visualization"], jupyterhub: { grants } }));
    const policy = resourcesOf(stacks, "aws_iam_role_policy")["jupyterhub"]?.["policy"] as string;
    expect(policy).toContain("arn:aws:s3:::prod-gold-datalab-example-com/*");
    expect(policy).not.toMatch(/bronze|PutObject/);
  });

  it.each([
    ["an open sign-up", { signUp: "open" }, /^lab\.jupyterhub\.signUp: given "open"; allowed: .*approval.*closed/],
    ["no administrator", { administrators: [] }, /^lab\.jupyterhub\.administrators: .*at least one and each once/],
    ["a name twice", { administrators: ["ada", "ada"] }, /^lab\.jupyterhub\.administrators: .*each once/],
    [
      "a name with capitals",
      { administrators: ["Ada"] },
      /^lab\.jupyterhub\.administrators\[0\]: given "Ada"; .*lower-case/,
    ],
    ["no grant", { grants: { users: {} } }, /^lab\.jupyterhub\.grants\.users: .*at least one of bronze, silver, gold/],
    ["a bucket of somebody else", { grants: { users: { mlflow: "read" } } }, /^lab\.jupyterhub\.grants\.users\.mlflow/],
    ["no time at all", { idleMinutes: 0 }, /^lab\.jupyterhub\.idleMinutes: given 0/],
  ])("refuses %s", (_, jupyterhub, message) => {
    expect(() => synthesiseInput({ ...lab, jupyterhub } as EnvironmentInput)).toThrow(message);
  });

  it("counts what is full from the number that the environment states", () => {
    const { environment } = synthesiseInput({ ...lab, jupyterhub: { servers: { most: 30 } } });
    const rules = observabilityOf(environment).rules;
    expect(JSON.stringify(rules)).toContain("sum(jupyterhub_running_servers) >= 27");
  });
});
