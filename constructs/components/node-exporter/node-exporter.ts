import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { hostPaths } from "../../core/host-access";
import { nodeAlerts, nodeDashboard } from "./node-observability";

/** The machine's own figures: processors, memory, disks, network, clock. */
export class NodeExporter extends Component {
  readonly http = this.endpoint("http", { port: 9100, scheme: "http", page: false });

  constructor(scope: Construct, id = "node-exporter") {
    super(scope, id);
    this.run({
      image: images.nodeExporter,
      entrypoint: ["/bin/node_exporter"],
      command: [
        `--path.rootfs=${hostPaths.root}`,
        `--path.procfs=${hostPaths.proc}`,
        `--path.sysfs=${hostPaths.sys}`,
        // Of file systems that containers bring, and of the kernel's own, nobody has to know how full they are.
        "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|var/lib/docker/.+|var/lib/containers/.+)($|/)",
        "--collector.netclass.ignored-devices=^(veth|br-).*",
        "--collector.netdev.device-exclude=^(veth|br-).*",
        `--web.listen-address=:${this.http.port}`,
      ],
      env: {},
      endpoints: [this.http],
      host: ["host-metrics"],
      user: "65534:65534",
      capabilities: [],
      readOnlyRoot: true,
      health: { http: this.http, path: "/", tool: "wget", intervalSeconds: 5 },
      resources: { cpus: 0.25, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 10,
      observability: {
        metrics: { endpoint: this.http, path: "/metrics" },
        alerts: nodeAlerts,
        dashboard: nodeDashboard,
      },
    });
  }
}
