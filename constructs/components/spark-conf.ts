import { type Expr, join, text } from "../core/reference";
import type { ObjectStoreAccess } from "../core/roles";
import type { FileContent } from "../core/service-spec";

/** Folder of the image from which every program of Spark reads its configuration. */
const confFolder = "/opt/spark/conf";

/** Numeric account of the image. */
const account = 185;

/** How many workers there are, and what each offers to applications. */
export interface SparkWorkers {
  /** Number to begin with. */
  readonly count: number;
  /** Bounds for targets that scale. Default: `count`. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Cores of one worker. */
  readonly cores: number;
  /** Memory of one worker, in MiB. */
  readonly memoryMiB: number;
}

/**
 * Fixed ports, so that firewalls between containers can be written down. Where several programs share a host,
 * Spark takes the next free one, up to 16 further.
 */
export const ports = {
  rpc: 7077,
  worker: 7078,
  driver: 7100,
  blocks: 7120,
  masterPage: 8080,
  workerPage: 8081,
  applicationPage: 4040,
  historyPage: 18080,
} as const;

/**
 * Spark's properties, for daemons and for drivers.
 *
 * @param master the master's `host:port`
 * @param page URL under which the operator reaches the master's page, on which links to all other pages depend
 * @param events where applications leave what the history server shows
 */
export function sparkProperties(
  master: Expr,
  page: Expr,
  access: ObjectStoreAccess,
  workers: SparkWorkers,
  events: Expr,
): Readonly<Record<string, string | Expr>> {
  return {
    "spark.master": text`spark://${master}`,
    "spark.authenticate": "true",
    "spark.network.crypto.enabled": "true",
    // Submission by HTTP has no authentication; Spark refuses to start with both.
    "spark.master.rest.enabled": "false",
    "spark.driver.port": String(ports.driver),
    "spark.blockManager.port": String(ports.blocks),
    "spark.ui.port": String(ports.applicationPage),
    // Pages of workers and applications are shown by the master's, the only one that has to be published.
    "spark.ui.reverseProxy": "true",
    "spark.ui.reverseProxyUrl": page,
    "spark.ui.prometheus.enabled": "true",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    // One executor a worker. A quarter of the worker's memory is left to Python, which Spark does not count.
    "spark.executor.cores": String(workers.cores),
    "spark.executor.memory": `${Math.floor(workers.memoryMiB * 0.75)}m`,
    "spark.driver.memory": "512m",
    // Spark's own 200, and Delta's 50 for a table's list of files, are meant for large clusters.
    "spark.sql.shuffle.partitions": String(workers.count * workers.cores * 4),
    "spark.databricks.delta.snapshotPartitions": String(workers.count * workers.cores),
    // A master that was replaced may have another address; the one that it gave before then leads nowhere.
    "spark.worker.preferConfiguredMasterAddress": "true",
    // Folders of finished applications go after a day, checked every half hour.
    "spark.worker.cleanup.enabled": "true",
    "spark.worker.cleanup.appDataTtl": "86400",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": events,
    "spark.eventLog.compress": "true",
    ...storeProperties(access),
  };
}

/** What Spark's programs have to know of the object store, without credentials. */
export function storeProperties({ hadoopProperties }: ObjectStoreAccess): Readonly<Record<string, string | Expr>> {
  return Object.fromEntries(Object.entries(hadoopProperties).map(([key, value]) => [`spark.hadoop.${key}`, value]));
}

/** The files with which daemons and drivers in a container of Spark's image are configured, secrets included. */
export function sparkFiles(
  properties: Readonly<Record<string, string | Expr>>,
  access: ObjectStoreAccess,
): Readonly<Record<string, FileContent>> {
  const variables = Object.entries(access.sdkEnvironment);
  return {
    [`${confFolder}/spark-defaults.conf`]: {
      content: lines(Object.entries(properties).map(([key, value]) => text`${key} ${value}`)),
      uid: account,
    },
    // Read by the image's spark-env.sh, so that programs started by hand in the container have it too.
    ...(variables.length === 0
      ? {}
      : {
          [`${confFolder}/credentials.sh`]: {
            content: lines(variables.map(([name, value]) => text`${name}='${value}'`)),
            uid: account,
          },
        }),
  };
}

function lines(values: readonly Expr[]): Expr {
  return text`${join(values, "\n")}\n`;
}
