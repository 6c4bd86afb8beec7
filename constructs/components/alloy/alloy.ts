import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import type { ContainerEngine } from "../../core/roles";
import type { Loki } from "../loki/loki";
import { alloyConfiguration } from "./alloy-config";
import { alloyAlerts, alloyDashboard } from "./alloy-observability";

export interface AlloyProps {
  readonly engine: ContainerEngine;
  readonly loki: Loki;
}

const configFile = "/etc/alloy/datalab.alloy";
const dataFolder = "/var/lib/alloy/data";
/** Numeric account of the image, which starts as root unless it is told. */
const account = 473;

/** Alloy: reads what the environment's containers write, and sends it to Loki. */
export class Alloy extends Component {
  readonly http = this.endpoint("http", { port: 12345, scheme: "http", page: false });

  constructor(scope: Construct, { engine, loki }: AlloyProps, id = "alloy") {
    super(scope, id);
    const { dockerHost } = engine.access(this, "read");
    const environment = this.environment.name;
    this.run({
      image: images.alloy,
      entrypoint: ["/bin/alloy"],
      command: [
        "run",
        configFile,
        `--storage.path=${dataFolder}`,
        `--server.http.listen-addr=0.0.0.0:${this.http.port}`,
        "--disable-reporting",
      ],
      env: {},
      endpoints: [this.http],
      host: ["engine-read"],
      user: `${account}:${account}`,
      capabilities: [],
      // How far it has read; without it every line would be sent again.
      data: [{ name: "data", path: dataFolder, uid: account, gid: account }],
      files: {
        [configFile]: {
          content: alloyConfiguration({ environment, engine: dockerHost, loki: loki.http.url.loose() }),
        },
      },
      health: {
        exec: ["bash", "-c", readyProbe(this.http.port)],
        answers: this.http,
        intervalSeconds: 2,
      },
      resources: { cpus: 0.5, memoryMiB: 256, minimumMemoryMiB: 96, small: { memoryMiB: 160 } },
      stopGraceSeconds: 30,
      observability: {
        metrics: { endpoint: this.http, path: "/metrics" },
        alerts: alloyAlerts,
        dashboard: alloyDashboard,
      },
    });
  }
}

/** The image has neither curl nor wget; bash opens the connection. */
function readyProbe(port: number): string {
  return `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET /-/ready HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q ' 200 ' <&3`;
}
