import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { toExpr } from "../../core/reference";
import type { ObjectStore } from "../../core/roles";
import { lokiConfiguration } from "./loki-config";
import { lokiAlerts, lokiDashboard } from "./loki-observability";

export interface LokiProps {
  readonly objectStore: ObjectStore;
  readonly retentionDays: number;
}

const dataFolder = "/loki";
const configFile = "/etc/loki/datalab.yaml";
const credentialsFile = "/etc/loki/credentials";

/** Loki: log lines in the object store, for as long as the configuration says. Only the platform's network reaches it. */
export class Loki extends Component {
  readonly http = this.endpoint("http", { port: 3100, scheme: "http", page: false });

  constructor(scope: Construct, { objectStore, retentionDays }: LokiProps, id = "loki") {
    super(scope, id);
    // Loki deletes by itself; versions would keep for ever what its retention deletes.
    const bucket = objectStore.bucket("loki", { versioned: false });
    const store = objectStore.access(this, [{ bucket, mode: "read-write" }]);
    const credentials = store.credentialsFile;
    this.run({
      image: images.loki,
      command: [`-config.file=${configFile}`],
      env: credentials ? { AWS_SHARED_CREDENTIALS_FILE: credentialsFile } : {},
      endpoints: [this.http],
      data: [{ name: "data", path: dataFolder, uid: 10001, gid: 10001, ownedByImage: true }],
      files: {
        [configFile]: {
          content: lokiConfiguration({ http: this.http, grpcPort: 9095, dataFolder, bucket, store, retentionDays }),
        },
        ...(credentials ? { [credentialsFile]: { content: toExpr(credentials) } } : {}),
      },
      needs: [store.need],
      health: { exec: ["/usr/bin/loki", "-health"], answers: this.http, intervalSeconds: 2, startSeconds: 120 },
      resources: { cpus: 0.5, memoryMiB: 384, minimumMemoryMiB: 192, small: { memoryMiB: 256 } },
      // It writes what it holds in memory to its volume before it ends.
      stopGraceSeconds: 60,
      observability: {
        metrics: { endpoint: this.http, path: "/metrics" },
        alerts: lokiAlerts,
        dashboard: lokiDashboard,
      },
    });
  }
}
