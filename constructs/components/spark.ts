import type { Construct } from "constructs";
import { Component } from "../core/component";
import { type Endpoint, type EndpointProps, type Expr, text, toExpr } from "../core/reference";
import type { BucketGrant, ObjectStore } from "../core/roles";
import { lakeVariables } from "./lake-variables";
import { ports, sparkFiles, sparkProperties, type SparkWorkers } from "./spark-conf";
import { historySpec, type SparkHistory } from "./spark-history";
import { masterSpec, workerSpec } from "./spark-services";

export interface SparkProps {
  readonly objectStore: ObjectStore;
  /** Buckets that jobs read and write. */
  readonly buckets: readonly string[];
  readonly workers: SparkWorkers;
  readonly history: SparkHistory;
}

/** Folder of the bucket `spark`. */
const eventFolder = "events";

/**
 * Spark's standalone cluster with Delta Lake: a master, beside which drivers may run, and equal workers.
 * Joining it, and submitting to it, takes the shared secret.
 */
export class Spark extends Component {
  readonly masterName = `${this.name}-master`;
  readonly workerName = `${this.name}-worker`;

  readonly rpc = this.onMaster("rpc", { port: ports.rpc, scheme: "spark", operatorPort: 7077 });
  readonly ui = this.onMaster("ui", { port: ports.masterPage, scheme: "http", operatorPort: 8080 });
  /** Page of the first application whose driver runs beside the master; it answers while that one runs. */
  readonly applicationUi = this.onMaster("application-ui", {
    port: ports.applicationPage,
    scheme: "http",
    operatorPort: 4040,
    intermittent: true,
  });
  readonly driver = this.onMaster("driver", { port: ports.driver, scheme: "spark" });
  readonly driverBlocks = this.onMaster("driver-blocks", { port: ports.blocks, scheme: "spark" });

  readonly workerRpc = this.onWorker("worker-rpc", { port: ports.worker, scheme: "spark" });
  readonly workerBlocks = this.onWorker("worker-blocks", { port: ports.blocks, scheme: "spark" });
  readonly workerUi = this.onWorker("worker-ui", { port: ports.workerPage, scheme: "http", page: false });

  /** Page of applications that have ended. */
  readonly history = this.endpoint("history", {
    port: ports.historyPage,
    scheme: "http",
    operatorPort: 18_080,
    service: `${this.name}-history`,
  });

  /** What the parts of Spark prove to each other. */
  readonly authentication = this.secret("authentication");
  /** What a driver's account has to be granted, because it leaves there what the history server shows. */
  readonly eventLog: BucketGrant;
  /** Properties with which a driver anywhere on the platform uses this cluster; secrets are not among them. */
  readonly properties: Readonly<Record<string, string | Expr>>;

  constructor(scope: Construct, { objectStore, buckets, workers, history }: SparkProps, id = "spark") {
    super(scope, id);
    this.eventLog = { bucket: objectStore.bucket("spark", { folders: [eventFolder] }), mode: "read-write" };
    const access = objectStore.access(this, [
      ...buckets.map((name) => ({ bucket: objectStore.bucket(name), mode: "read-write" }) as const),
      this.eventLog,
    ]);
    // Never a bucket's own top: Hadoop 3.3.4 takes that for a path that is not absolute.
    const events = text`s3a://${this.eventLog.bucket.name}/${eventFolder}`;
    this.properties = sparkProperties(toExpr(this.rpc), this.ui.from("operator").url, access, workers, events);
    // Daemons and executors would take the secret from a variable too, but a driver looks among its properties only.
    const secrets = { "spark.authenticate.secret": toExpr(this.authentication) };
    const files = sparkFiles({ ...this.properties, ...secrets }, access);
    const { size } = this.environment.config;
    const variables = lakeVariables(objectStore, buckets);
    const parts = { files, needs: [access.need], workers, size, variables };
    this.run(masterSpec(this, parts), this.masterName);
    this.run(workerSpec(this, parts), this.workerName);
    const reader = objectStore.access({ name: this.history.service, component: this.name }, [this.eventLog]);
    this.run(historySpec(this.history, reader, events, history, size), this.history.service);
  }

  private onMaster(name: string, props: EndpointProps): Endpoint {
    return this.endpoint(name, { ...props, service: this.masterName });
  }

  private onWorker(name: string, props: EndpointProps): Endpoint {
    return this.endpoint(name, { ...props, service: this.workerName });
  }
}
