import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { complain } from "../../core/errors";
import { type Expr, text } from "../../core/reference";
import type { Database, ObjectStore, SqlDatabase } from "../../core/roles";
import type { PrefectSettings } from "./prefect.config";
import { lakeVariables } from "../lake-variables";
import { housekeeperSpec } from "./housekeeper";
import { runMiB, serverSpec, workerOwnMiB, workerResources, workerSpec } from "./prefect-services";

export interface PrefectProps {
  readonly objectStore: ObjectStore;
  readonly sql: SqlDatabase;
  readonly settings: PrefectSettings;
  /** Buckets that flows may use as far as the settings grant them. */
  readonly buckets: readonly string[];
  /** Variables for flows beside those of the object store. */
  readonly flowEnvironment: Readonly<Record<string, string | Expr>>;
}

/** The work pool that is made with the database. */
const workPool = "default";
const operator = "admin";

/** Prefect: a server that plans runs, equal workers that run them as processes, and a housekeeper that removes old ones. */
export class Prefect extends Component {
  readonly serverName = `${this.name}-server`;
  readonly workerName = `${this.name}-worker`;
  readonly housekeeperName = `${this.name}-housekeeper`;
  readonly workPool = workPool;
  readonly operator = operator;

  readonly web = this.endpoint("web", { port: 4200, scheme: "http", operatorPort: 4200, service: this.serverName });
  readonly workerHealth = this.endpoint("worker-health", {
    port: 8080,
    scheme: "http",
    service: this.workerName,
    page: false,
  });
  readonly figures = this.endpoint("figures", {
    port: 9105,
    scheme: "http",
    service: this.housekeeperName,
    page: false,
  });
  readonly adminPassword = this.secret("admin-password");
  /** What a client sends with each request. */
  readonly login = text`${operator}:${this.adminPassword}`;
  readonly database: Database;

  constructor(scope: Construct, props: PrefectProps, id = "prefect") {
    super(scope, id);
    const { objectStore, sql, settings, buckets, flowEnvironment } = props;
    this.database = sql.database(this, "prefect");
    const code = objectStore.bucket("prefect");
    const { lake } = settings.grants;
    const access = objectStore.access(this, [
      { bucket: code, mode: "read-write" },
      ...(lake === "none" ? [] : buckets.map((name) => ({ bucket: objectStore.bucket(name), mode: lake }))),
    ]);
    this.prepare({
      name: "database",
      image: images.prefect,
      script: "exec python /opt/datalab/prepare.py",
      env: { ...this.databaseEnvironment, WORK_POOL: workPool },
      // It loads all of Prefect's server.
      memoryMiB: 512,
    });
    this.refuseTooManyRuns(settings.workers.runs);
    this.run(serverSpec(this), this.serverName);
    const flows = {
      ...access.sdkEnvironment,
      ...lakeVariables(objectStore, buckets),
      // Under the same name `prefect.yaml` asks for it where a flow is deployed.
      FLOWS_BUCKET: code.name,
      ...flowEnvironment,
    };
    this.run(workerSpec(this, settings, { environment: flows, needs: [access.need] }), this.workerName);
    this.run(housekeeperSpec(this, settings), this.housekeeperName);
  }

  /** Where `sizes` states a worker's memory, it does not follow the number of runs by itself. */
  private refuseTooManyRuns(runs: number): void {
    const { memoryMiB } = this.environment.sized(this.name, this.workerName, workerResources(runs));
    const fitting = Math.floor((memoryMiB - workerOwnMiB) / runMiB);
    if (runs <= fitting) return;
    throw complain({
      key: `${this.environment.name}.prefect.workers.runs`,
      given: runs,
      allowed: `${fitting} or less with the ${memoryMiB} MiB that \`sizes\` gives a worker, which takes ${workerOwnMiB} itself and ${runMiB} for each run`,
      remedy: `Lower it, or raise memoryMiB in \`sizes\` to ${workerOwnMiB + runs * runMiB} or more.`,
    });
  }

  /** How Prefect's own programs use the database; the schema is changed by the preparation and by nothing else. */
  get databaseEnvironment(): Readonly<Record<string, string | Expr>> {
    return {
      PREFECT_API_DATABASE_CONNECTION_URL: this.database.uri("asyncpg"),
      PREFECT_API_DATABASE_MIGRATE_ON_START: "false",
      // Seconds; with Prefect's own 10 and 5, clients get errors for as long as the host is overloaded.
      PREFECT_API_DATABASE_TIMEOUT: "60",
      PREFECT_API_DATABASE_CONNECTION_TIMEOUT: "30",
    };
  }

  /** How clients inside the platform reach the server. */
  get apiUrl(): Expr {
    return text`${this.web.url}/api`;
  }

  /** The login as clients take it from their environment. */
  get clientEnvironment(): Readonly<Record<string, string | Expr>> {
    return { PREFECT_API_URL: this.apiUrl, PREFECT_API_AUTH_STRING: this.login };
  }
}
