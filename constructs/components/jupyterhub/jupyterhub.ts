import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { lakeBuckets } from "../../../config/lake-buckets";
import { Component } from "../../core/component";
import { complain } from "../../core/errors";
import { toExpr } from "../../core/reference";
import type { ContainerEngine, ObjectStore, ObjectStoreAccess, SqlDatabase } from "../../core/roles";
import type { ServiceSpec } from "../../core/service-spec";
import type { Spawned } from "../../core/spawned";
import { lakeVariables } from "../lake-variables";
import type { Mlflow } from "../mlflow";
import type { Spark } from "../spark";
import { hubMiB, type JupyterHubSettings } from "./jupyterhub.config";
import { jupyterhubAlerts, jupyterhubDashboard } from "./jupyterhub-observability";
import { clusterProperties, localProperties, prefixed } from "./jupyterhub-session";

export interface JupyterHubProps {
  readonly objectStore: ObjectStore;
  readonly sql: SqlDatabase;
  /** What makes the containers of users; without one their servers are processes. */
  readonly engine: ContainerEngine | undefined;
  /** The cluster that sessions use; without one they work by themselves. */
  readonly spark: Spark | undefined;
  readonly mlflow: Mlflow | undefined;
  readonly settings: JupyterHubSettings;
}

const sparkDefaults = "/opt/datalab/conf/spark-defaults.conf";
const homes = "/homes";
const everything = { bronze: "read-write", silver: "read-write", gold: "read-write" } as const;
/** Numeric account of the image. */
const account = 1001;

/** JupyterHub: accounts that an administrator approves, and a server with a home for each user. */
export class JupyterHub extends Component {
  readonly web = this.endpoint("web", { port: 8000, scheme: "http", operatorPort: 8000 });
  /** Where users' servers, and scrapes, find the hub. */
  readonly api = this.endpoint("api", { port: 8081, scheme: "http", page: false });
  readonly administratorPassword = this.secret("administrator-password");
  /** Signs sessions; a new one logs everybody out. */
  readonly cookieSecret = this.secret("cookie-secret", { hex: 32 });
  readonly metricsToken = this.secret("metrics-token");

  constructor(scope: Construct, props: JupyterHubProps, id = "jupyterhub") {
    super(scope, id);
    const { sql, spark, mlflow, settings } = props;
    const engine = this.engineFor(props);
    // With one identity for all sessions, nobody gets more than users do.
    const administrators = this.access(props, props.objectStore.separateAccounts ? "administrators" : "users");
    const users = this.access(props, "users");
    const properties = engine && spark ? clusterProperties(spark) : localProperties(users);
    const { most, memoryMiB, cpus } = settings.servers;
    this.run({
      ...(engine ? inContainers(settings) : asProcesses),
      entrypoint: ["jupyterhub"],
      command: ["--config", "/opt/datalab/jupyterhub_config.py"],
      env: {
        HUB_SETTINGS: JSON.stringify({ ...settings, mostServers: most, homes }),
        HUB_URL: this.api.url,
        DATABASE_URL: sql.database(this, "jupyterhub").uri("psycopg2"),
        JPY_COOKIE_SECRET: toExpr(this.cookieSecret),
        METRICS_TOKEN: toExpr(this.metricsToken),
        ADMINISTRATOR_PASSWORD: toExpr(this.administratorPassword),
        SPARK_DEFAULTS_FILE: sparkDefaults,
        ...prefixed("ADMIN_ENV_", administrators.sdkEnvironment),
        ...prefixed("USER_ENV_", users.sdkEnvironment),
        ...prefixed("SESSION_ENV_", lakeVariables(props.objectStore, lakeBuckets)),
        ...(mlflow ? { SESSION_ENV_MLFLOW_TRACKING_URI: mlflow.web.url.loose() } : {}),
        ...(engine ? this.engineVariables(engine, settings) : {}),
      },
      endpoints: [this.web, this.api],
      // Two hubs with one database would each stop what the other started.
      singleton: true,
      files: { [sparkDefaults]: { content: properties, ...(engine ? { uid: account } : {}), mode: "0600" } },
      needs: [administrators.need, users.need],
      health: { http: this.web, path: "/hub/health", tool: "python", intervalSeconds: 2, startSeconds: 120 },
      resources: engine
        ? { cpus: 1, memoryMiB: hubMiB, minimumMemoryMiB: 256 }
        : { cpus: 1 + cpus, memoryMiB: hubMiB + most * memoryMiB, minimumMemoryMiB: hubMiB + memoryMiB },
      stopGraceSeconds: 20,
      readOnlyRoot: { none: "its secrets are put into the root file system before it starts" },
      processInit: true,
      observability: {
        metrics: { endpoint: this.api, path: "/hub/metrics", login: { bearer: this.metricsToken } },
        alerts: jupyterhubAlerts(most),
        dashboard: () => jupyterhubDashboard(most),
      },
      logins: [
        { endpoint: this.web, user: settings.administrators[0] ?? "admin", password: this.administratorPassword },
      ],
    });
  }

  private engineVariables(engine: ContainerEngine, settings: JupyterHubSettings) {
    return {
      DOCKER_HOST: engine.access(this, "spawn").dockerHost,
      SPAWNER: this.spawner(notebooks(settings)),
    };
  }

  /** An account of the object store for those of one role. */
  private access(
    { objectStore, spark, settings }: JupyterHubProps,
    role: "administrators" | "users",
  ): ObjectStoreAccess {
    const modes = settings.grants[role] ?? everything;
    const grants = lakeBuckets.flatMap((name) => {
      const mode = modes[name];
      return mode === undefined ? [] : [{ bucket: objectStore.bucket(name), mode }];
    });
    const events = spark ? [spark.eventLog] : [];
    return objectStore.access({ name: `${this.name}-${role}`, component: this.name }, [...grants, ...events]);
  }

  private engineFor({ engine, settings }: JupyterHubProps): ContainerEngine | undefined {
    if (settings.spawner === "process") return undefined;
    if (engine || settings.spawner === undefined) return engine;
    throw complain({
      key: `${this.environment.name}.jupyterhub.spawner`,
      given: settings.spawner,
      allowed: "process, because this platform runs on no engine that could make containers for users",
      remedy: "Leave it out, or set it to process.",
    });
  }
}

function inContainers(settings: JupyterHubSettings) {
  return {
    image: images.jupyterhub,
    host: ["engine-spawn"],
    spawns: notebooks(settings),
  } satisfies Partial<ServiceSpec>;
}

/** Root, because each user's processes get an account of their own. */
const asProcesses = {
  image: images.jupyterhubProcess,
  user: "0:0",
  capabilities: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_SETGID", "CAP_SETUID"],
  data: [{ name: "homes", path: homes, uid: account, gid: account }],
} satisfies Partial<ServiceSpec>;

function notebooks({ servers }: JupyterHubSettings): Spawned {
  return { name: "notebook", image: images.notebook, ...servers, volumePath: "/home/notebook" };
}
