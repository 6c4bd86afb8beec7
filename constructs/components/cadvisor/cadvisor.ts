import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { text } from "../../core/reference";
import type { ContainerEngine } from "../../core/roles";
import { containerAlerts, containersDashboard } from "./container-observability";

export interface CadvisorProps {
  readonly engine: ContainerEngine;
}

/** What of a container's labels becomes a label of its figures. */
const labels = ["environment", "group", "component", "service"].map((name) => `datalab.${name}`).join(",");
/** Figures that nothing of ours shows; disks take most of its time. */
const unused =
  "advtcp,cpu_topology,cpuset,disk,diskIO,hugetlb,memory_numa,percpu,perf_event,process,referenced_memory,resctrl,sched,tcp,udp";

/** cAdvisor: memory and processor time of each container, beside its limits. */
export class Cadvisor extends Component {
  readonly http = this.endpoint("http", { port: 8080, scheme: "http", page: false });

  constructor(scope: Construct, { engine }: CadvisorProps, id = "cadvisor") {
    super(scope, id);
    const environment = this.environment.name;
    this.run({
      image: images.cadvisor,
      command: [
        `--port=${this.http.port}`,
        text`--docker=${engine.access(this, "read").dockerHost}`,
        "--docker_only",
        "--store_container_labels=false",
        `--whitelisted_container_labels=${labels}`,
        `--disable_metrics=${unused}`,
        "--housekeeping_interval=15s",
      ],
      env: {},
      endpoints: [this.http],
      host: ["container-metrics", "engine-read"],
      // The engine's list of layers belongs to root, who needs no capability to read it.
      user: "0:0",
      capabilities: [],
      readOnlyRoot: true,
      health: { exec: ["/usr/bin/healthcheck.sh"], answers: this.http, intervalSeconds: 5 },
      resources: { cpus: 0.5, memoryMiB: 192, minimumMemoryMiB: 96, small: { memoryMiB: 128 } },
      stopGraceSeconds: 10,
      observability: {
        metrics: { endpoint: this.http, path: "/metrics" },
        alerts: containerAlerts(environment),
        dashboard: () => containersDashboard(environment),
      },
    });
  }
}
