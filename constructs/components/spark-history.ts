import type { SizeName } from "../../config/sizes";
import type { Endpoint, Expr } from "../core/reference";
import type { ObjectStoreAccess } from "../core/roles";
import type { ServiceSpec } from "../core/service-spec";
import { sparkFiles, storeProperties } from "./spark-conf";
import { daemonOf } from "./spark-daemon";

/** For how long applications that have ended can be looked at. */
export interface SparkHistory {
  readonly retentionDays: number;
}

/**
 * The page of applications that have ended. Nothing waits for it, and it waits for nothing but the object store.
 *
 * @param access its own account, which reads what applications left and deletes what is too old
 */
export function historySpec(
  page: Endpoint,
  access: ObjectStoreAccess,
  events: Expr,
  { retentionDays }: SparkHistory,
  size: SizeName,
): ServiceSpec {
  const properties = {
    "spark.history.fs.logDirectory": events,
    "spark.history.ui.port": String(page.port),
    "spark.history.fs.cleaner.enabled": "true",
    "spark.history.fs.cleaner.interval": "1h",
    "spark.history.fs.cleaner.maxAge": `${retentionDays}d`,
    // Applications whose details are kept in memory; further ones are read again when somebody opens them.
    "spark.history.retainedApplications": "10",
    ...storeProperties(access),
  };
  return {
    ...daemonOf(size),
    entrypoint: ["/opt/spark/bin/spark-class"],
    command: ["org.apache.spark.deploy.history.HistoryServer"],
    endpoints: [page],
    files: sparkFiles(properties, access),
    needs: [access.need],
    health: { http: page, path: "/api/v1/version", tool: "wget", intervalSeconds: 2, startSeconds: 120 },
    resources: {
      cpus: 1,
      memoryMiB: 512,
      minimumMemoryMiB: 448,
      small: { memoryMiB: 320, minimumMemoryMiB: 320 },
      large: { memoryMiB: 1024 },
    },
    stopGraceSeconds: 10,
    observability: {
      metrics: { none: "Spark gives its history server no metrics system" },
      alerts: { none: "its page is for people and nothing depends on it; the registry watches over its health" },
      dashboard: { none: "it has no metrics, and is a page for people itself" },
    },
  };
}
