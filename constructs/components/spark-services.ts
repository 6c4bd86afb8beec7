import type { SizeName } from "../../config/sizes";
import type { Need } from "../core/reference";
import { text } from "../core/reference";
import type { FileContent, ServiceSpec } from "../core/service-spec";
import { shellScript } from "../core/shell-script";
import type { Spark } from "./spark";
import { daemonOf } from "./spark-daemon";
import { workerOverheadMiB } from "./spark.config";
import type { SparkWorkers } from "./spark-conf";
import { sparkDashboard } from "./spark-dashboard";

/** What master and workers have in common. */
export interface SparkParts {
  readonly files: Readonly<Record<string, FileContent>>;
  readonly needs: readonly Need[];
  readonly workers: SparkWorkers;
  readonly size: SizeName;
  /** What jobs find in their environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Mean CPU use, in percent, that a scaling target aims at. */
const targetCpuPercent = 70;

/** Whether the master's state, on standard input, has this container among the workers that are alive. */
const hasThisWorker = String.raw`tr -d ' \n' | sed 's/"id"/\n&/g' | grep -F "\"host\":\"$(hostname)\"" | grep -qF '"state":"ALIVE"'`;

export function masterSpec(spark: Spark, { files, needs, workers, size, variables }: SparkParts): ServiceSpec {
  const { rpc, ui, applicationUi, driver, driverBlocks } = spark;
  const expected = workers.min ?? workers.count;
  return {
    ...daemonOf(size, variables),
    entrypoint: ["/opt/spark/bin/spark-class"],
    command: ["org.apache.spark.deploy.master.Master", "--port", String(rpc.port), "--webui-port", String(ui.port)],
    endpoints: [rpc, ui, applicationUi, driver, driverBlocks],
    // Workers register with one master, and a second one would offer their cores again.
    singleton: true,
    files,
    needs,
    health: { http: ui, path: "/json/", tool: "wget", intervalSeconds: 2, startSeconds: 120 },
    // The daemon takes 170 to 250 MiB; the rest is for a driver beside it, which takes about 550.
    resources: {
      cpus: 1,
      memoryMiB: 1280,
      minimumMemoryMiB: 512,
      reservedCpus: 0.25,
      reservedMemoryMiB: 384,
      small: { memoryMiB: 960 },
      large: { cpus: 2, memoryMiB: 2560 },
    },
    stopGraceSeconds: 10,
    observability: {
      metrics: { endpoint: ui, path: "/metrics/master/prometheus" },
      alerts: [
        {
          alert: "SparkWorkersMissing",
          expr: `metrics_master_aliveWorkers_Value < ${expected}`,
          forSeconds: 120,
          severity: "warning",
          summary: `Fewer than ${expected} workers are registered with Spark's master: jobs are slower or wait`,
          runbook:
            "`./datalab status` shows which worker is missing, and `./datalab services logs spark` why. A worker that was killed for memory comes back by itself; when it happens again, raise `spark.workers.memoryMiB`.",
        },
        {
          alert: "SparkApplicationsWaiting",
          expr: "metrics_master_waitingApps_Value > 0",
          forSeconds: 900,
          severity: "warning",
          summary: "An application has been waiting for cores or memory for a quarter of an hour",
          runbook:
            "The page of Spark's master shows what holds the cores: end an application that nobody needs, or set `spark.cores.max` so that several fit. To offer more, raise `spark.workers.count`.",
        },
      ],
      dashboard: () => sparkDashboard(expected),
    },
  };
}

export function workerSpec(spark: Spark, { files, needs, workers, size, variables }: SparkParts): ServiceSpec {
  const { rpc, ui, workerRpc, workerBlocks, workerUi } = spark;
  const { count, min, max, cores, memoryMiB } = workers;
  const containerMiB = memoryMiB + workerOverheadMiB[size];
  return {
    ...daemonOf(size, variables),
    entrypoint: ["/bin/bash", "-c"],
    command: [
      shellScript("constructs/components/spark-worker.sh"),
      "spark-worker.sh",
      rpc.host,
      rpc.from("platform").port,
      "--port",
      String(workerRpc.port),
      "--webui-port",
      String(workerUi.port),
      // Stated, because by default a worker offers all that the host has.
      "--cores",
      String(cores),
      "--memory",
      `${memoryMiB}m`,
    ],
    endpoints: [workerRpc, workerBlocks, workerUi],
    files,
    needs,
    // The worker's own page keeps showing a master that is lost, so the master is asked whether it has this worker.
    health: {
      shell: text`wget -q -T 4 -O - ${ui.url}/json/ | ${hasThisWorker}`,
      answers: workerUi,
      intervalSeconds: 2,
      // A minute and a half: workers join a master that is being replaced as soon as it is back.
      retries: 45,
      startSeconds: 120,
    },
    resources: {
      cpus: cores,
      memoryMiB: containerMiB,
      minimumMemoryMiB: containerMiB,
      reservedCpus: cores / 2,
      reservedMemoryMiB: Math.floor(containerMiB / 2),
    },
    replicas:
      min === undefined && max === undefined
        ? count
        : { min: min ?? count, desired: count, max: max ?? count, targetCpuPercent },
    stopGraceSeconds: 10,
    observability: {
      metrics: { endpoint: workerUi, path: "/metrics/prometheus" },
      alerts: { none: "the master counts its workers, and its rule covers them" },
      dashboard: { none: "the master's dashboard shows the workers" },
    },
  };
}
