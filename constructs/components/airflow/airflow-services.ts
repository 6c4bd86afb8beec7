import { images } from "../../../config/images";
import type { Endpoint } from "../../core/reference";
import type { ServiceSpec } from "../../core/service-spec";
import type { Airflow } from "./airflow";

/** What all of Airflow's own services get: settings, DAGs and the way to the object store. */
export type AirflowParts = Pick<ServiceSpec, "env" | "files" | "trees" | "needs">;

/** Memory of one task, in MiB. */
const taskMiB = 128;

const common = {
  image: images.airflow,
  // Tasks and parsers are processes of their own, whose remains an init has to collect.
  processInit: true,
  readOnlyRoot: { none: "its configuration holds secrets and is put into the root file system before it starts" },
  observability: {
    metrics: { none: "it sends its figures to the StatsD exporter of Airflow" },
    alerts: { none: "the rules beside the StatsD exporter cover all of Airflow" },
    dashboard: { none: "Airflow's dashboard, beside the StatsD exporter, shows all of it" },
  },
} as const;

export function webSpec({ web, adminPassword }: Airflow, parts: AirflowParts): ServiceSpec {
  return {
    ...common,
    ...parts,
    entrypoint: ["airflow"],
    command: ["api-server"],
    endpoints: [web],
    health: { http: web, path: "/api/v2/version", tool: "python", intervalSeconds: 2, startSeconds: 300 },
    resources: { cpus: 1, memoryMiB: 640, minimumMemoryMiB: 384, small: { memoryMiB: 416 } },
    stopGraceSeconds: 30,
    logins: [{ endpoint: web, user: "admin", password: adminPassword }],
  };
}

/** @param parallelism tasks that run at the same time, as processes of the scheduler's */
export function schedulerSpec(
  { schedulerHealth, taskLogs }: Airflow,
  parts: AirflowParts,
  parallelism: number,
): ServiceSpec {
  return {
    ...common,
    ...parts,
    entrypoint: ["airflow"],
    command: ["scheduler"],
    endpoints: [schedulerHealth, taskLogs],
    // Two of them would share the DAGs' runs, but each runs as many tasks as the pools allow for all.
    singleton: true,
    health: { http: schedulerHealth, path: "/health", tool: "python", intervalSeconds: 2, startSeconds: 300 },
    resources: {
      cpus: 2,
      memoryMiB: 512 + taskMiB * parallelism,
      minimumMemoryMiB: 512,
      reservedCpus: 0.25,
      // The scheduler itself takes up to 300.
      small: { memoryMiB: 352 + taskMiB * parallelism },
    },
    // Tasks get this long to end.
    stopGraceSeconds: 120,
  };
}

export function dagProcessorSpec({ dagProcessorHealth }: Airflow, parts: AirflowParts): ServiceSpec {
  return heartbeating(parts, dagProcessorHealth, "DagProcessorJob", "dag-processor");
}

export function triggererSpec(parts: AirflowParts, health: Endpoint): ServiceSpec {
  return heartbeating(parts, health, "TriggererJob", "triggerer");
}

/** A part that answers on no port; what the image puts beside it answers for it. */
function heartbeating(parts: AirflowParts, health: Endpoint, job: string, command: string): ServiceSpec {
  return {
    ...common,
    ...parts,
    entrypoint: ["python", "-m", "datalab.heartbeat"],
    command: [job, String(health.port), command],
    endpoints: [health],
    health: { http: health, path: "/", tool: "python", intervalSeconds: 3, startSeconds: 300 },
    resources: { cpus: 1, memoryMiB: 448, minimumMemoryMiB: 256, small: { memoryMiB: 288 } },
    stopGraceSeconds: 30,
  };
}
