import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import type { EngineMode } from "../../core/host-access";
import { proxyConfiguration } from "./allowed-calls";

const port = 2375;
const configuration = "/etc/datalab/haproxy.cfg";
/** Where the proxy finds the engine's socket. Not below /var/run, a link in most images: engines from 28 on refuse to mount through it. */
export const socketInProxy = "/host/docker.sock";

/**
 * The only container that has the engine's socket: it stands between the engine and the services of one group,
 * on a network that these alone share with it, and lets pass what their mode allows.
 */
export class EngineProxy extends Component {
  readonly api = this.endpoint("api", { port, scheme: "http", page: false });

  constructor(
    scope: Construct,
    id: string,
    readonly engineMode: EngineMode,
  ) {
    super(scope, id);
    this.run({
      image: images.engineProxy,
      entrypoint: ["haproxy", "-W", "-db", "-f", configuration],
      env: {},
      endpoints: [this.api],
      files: { [configuration]: { content: proxyConfiguration(engineMode, port, socketInProxy) } },
      // The socket belongs to root, who needs no capability to use it.
      user: "0:0",
      capabilities: [],
      // Through to the engine, so that a proxy without one is not healthy.
      health: { http: this.api, path: "/_ping", tool: "wget" },
      resources: { cpus: 0.25, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 3,
      observability: {
        metrics: { none: "it shares a network with its users only, and nothing scrapes there" },
        alerts: { none: "its users turn unhealthy without it, and report that themselves" },
        dashboard: { none: "it has no metrics" },
      },
    });
  }
}
