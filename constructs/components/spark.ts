import type { Construct } from "constructs";
import { Component } from "../core/component";
import { type Endpoint, type EndpointProps, type Expr, toExpr } from "../core/reference";
import type { ObjectStore } from "../core/roles";
import { ports, sparkFiles, sparkProperties, type SparkWorkers } from "./spark-conf";
import { masterSpec, workerSpec } from "./spark-services";

export interface SparkProps {
  readonly objectStore: ObjectStore;
  /** Buckets that jobs read and write. */
  readonly buckets: readonly string[];
  readonly workers: SparkWorkers;
}

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

  /** What the parts of Spark prove to each other. */
  readonly authentication = this.secret("authentication");
  /** Properties with which a driver anywhere on the platform uses this cluster; secrets are not among them. */
  readonly properties: Readonly<Record<string, string | Expr>>;

  constructor(scope: Construct, { objectStore, buckets, workers }: SparkProps, id = "spark") {
    super(scope, id);
    const access = objectStore.access(
      this,
      buckets.map((name) => ({ bucket: objectStore.bucket(name), mode: "read-write" })),
    );
    this.properties = sparkProperties(toExpr(this.rpc), this.ui.from("operator").url, access, workers);
    const files = sparkFiles(this.properties, this.authentication, access);
    this.run(masterSpec(this, { files, needs: [access.need], workers }), this.masterName);
    this.run(workerSpec(this, { files, needs: [access.need], workers }), this.workerName);
  }

  private onMaster(name: string, props: EndpointProps): Endpoint {
    return this.endpoint(name, { ...props, service: this.masterName });
  }

  private onWorker(name: string, props: EndpointProps): Endpoint {
    return this.endpoint(name, { ...props, service: this.workerName });
  }
}
