import type { DockerConfig } from "../../config/schema";
import { complain } from "../core/errors";
import type { Endpoint } from "../core/reference";

/** The ports that an environment publishes on its host; each belongs to one endpoint. */
export class PublishedPorts {
  private readonly holders = new Map<string, Endpoint>();

  constructor(private readonly config: DockerConfig) {}

  /** The host's port of an endpoint, or undefined where it is not published. */
  portOf(endpoint: Endpoint): number | undefined {
    if (endpoint.operatorPort === undefined) return undefined;
    return this.config.ports[endpoint.id] ?? endpoint.operatorPort + this.config.portOffset;
  }

  /**
   * Takes the port of an endpoint.
   *
   * @throws ConfigurationError when another endpoint has it, or it is no port.
   */
  claim(endpoint: Endpoint): number | undefined {
    const port = this.portOf(endpoint);
    if (port === undefined) return undefined;
    const key = `${this.config.name}.ports["${endpoint.id}"]`;
    if (port > 65535) {
      throw complain({
        key,
        given: port,
        allowed: "1 to 65535",
        remedy: "Lower portOffset, or give the endpoint a port.",
      });
    }
    const holder = this.holders.get(`${port}/${endpoint.protocol}`);
    if (holder && holder !== endpoint) {
      throw complain({
        key,
        given: port,
        allowed: `a port that no other endpoint has (${holder.id} has this one)`,
        remedy: `Give ${endpoint.id} or ${holder.id} another port.`,
      });
    }
    this.holders.set(`${port}/${endpoint.protocol}`, endpoint);
    return port;
  }
}
