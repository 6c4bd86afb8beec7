import { images } from "../../../config/images";
import type { Expr, Need } from "../../core/reference";
import type { Resources, ServiceSpec } from "../../core/service-spec";
import type { Prefect } from "./prefect";
import type { PrefectSettings } from "./prefect.config";

/** What flows find in their environment, and what must exist for it. */
export interface FlowGrants {
  readonly environment: Readonly<Record<string, string | Expr>>;
  readonly needs: readonly Need[];
}

/** Seconds of a worker's stop, one after the other; `images/prefect/worker.py` keeps to them. */
const workerStop = {
  /** Running flows may end by themselves. */
  drain: 30,
  /** Those that are left are asked to end, then killed. */
  end: 10,
  /** They are given back to the pool, by a server that may be slow. */
  handBack: 25,
  /** The worker's own end: its last words to the server, and its processes. */
  exit: 25,
} as const;

/** Memory of a worker without a run, in MiB; 110 to 145 were measured with Prefect 3.4.1. */
export const workerOwnMiB = 160;
/**
 * Memory of a run's process, in MiB: with Prefect 3.4.1 an empty flow's takes 100, and up to 150 were seen with the
 * libraries of the object store, of which processes share a part.
 */
export const runMiB = 144;

/** What all of Prefect's programs have. */
export const common = {
  image: images.prefect,
  readOnlyRoot: { none: "its secrets are put into the root file system before it starts" },
  // Prefect's programs ignore the request to stop as process 1, and flows leave processes behind.
  processInit: true,
} as const;

export function serverSpec(prefect: Prefect): ServiceSpec {
  const { web, operator, adminPassword } = prefect;
  return {
    ...common,
    entrypoint: ["prefect"],
    command: ["server", "start", "--host", "0.0.0.0", "--port", String(web.port)],
    env: {
      ...prefect.databaseEnvironment,
      PREFECT_SERVER_API_AUTH_STRING: prefect.login,
      PREFECT_SERVER_METRICS_ENABLED: "true",
      // Without a host, so that the page works under every name and port by which it is reached.
      PREFECT_UI_API_URL: "/api",
    },
    endpoints: [web],
    // Two would plan the same runs.
    singleton: true,
    health: {
      http: web,
      path: "/api/ready",
      tool: "python",
      intervalSeconds: 2,
      timeoutSeconds: 10,
      startSeconds: 180,
    },
    resources: {
      cpus: 1,
      memoryMiB: 768,
      minimumMemoryMiB: 384,
      small: { memoryMiB: 320, minimumMemoryMiB: 320 },
      large: { cpus: 2, memoryMiB: 1536 },
    },
    stopGraceSeconds: 20,
    observability: {
      metrics: { endpoint: web, path: "/api/metrics", login: { user: operator, password: adminPassword } },
      alerts: {
        none: "its metrics are of its process; the housekeeper asks it, and its rules say when it does not answer",
      },
      dashboard: { none: "the housekeeper's dashboard shows it" },
    },
    logins: [{ endpoint: web, user: operator, password: adminPassword }],
  };
}

/** Memory of a worker with its runs, in MiB; see `workerOwnMiB` and `runMiB`. */
export function workerResources(runs: number): Resources {
  const allRuns = runs * runMiB;
  return {
    cpus: 1,
    // Beside what it cannot do without: room for what flows work on.
    memoryMiB: workerOwnMiB + 288 + allRuns,
    minimumMemoryMiB: 384,
    small: { memoryMiB: Math.max(384, workerOwnMiB + allRuns) },
    large: { cpus: 2, memoryMiB: workerOwnMiB + 736 + allRuns },
  };
}

export function workerSpec(prefect: Prefect, { workers }: PrefectSettings, flows: FlowGrants): ServiceSpec {
  const { workerHealth, workPool } = prefect;
  return {
    ...common,
    entrypoint: ["python", "/opt/datalab/worker.py"],
    env: {
      ...prefect.clientEnvironment,
      ...flows.environment,
      WORK_POOL: workPool,
      RUN_LIMIT: String(workers.runs),
      DRAIN_SECONDS: String(workerStop.drain),
      END_SECONDS: String(workerStop.end),
      HAND_BACK_SECONDS: String(workerStop.handBack),
      // Prefect's own ten seconds make every run wait.
      PREFECT_WORKER_QUERY_SECONDS: "5",
      // Without reports, a run whose worker was lost would run for ever in the server's eyes. 30 is the least that it takes.
      PREFECT_RUNNER_HEARTBEAT_FREQUENCY: "30",
      PREFECT_WORKER_WEBSERVER_PORT: String(workerHealth.port),
    },
    endpoints: [workerHealth],
    needs: flows.needs,
    health: {
      http: workerHealth,
      path: "/health",
      tool: "python",
      intervalSeconds: 2,
      timeoutSeconds: 10,
      startSeconds: 180,
    },
    resources: workerResources(workers.runs),
    replicas: workers.count,
    // Killed earlier, a worker would leave runs behind that nobody has given back. Fargate waits for 120 at most.
    stopGraceSeconds: workerStop.drain + workerStop.end + workerStop.handBack + workerStop.exit,
    observability: {
      metrics: { none: "Prefect's workers show none; the server knows them, and the housekeeper shows what it knows" },
      alerts: { none: "the housekeeper counts the workers, and its rules cover them" },
      dashboard: { none: "the housekeeper's dashboard shows the workers" },
    },
  };
}
