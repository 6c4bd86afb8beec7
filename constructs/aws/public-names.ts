import { createHash } from "node:crypto";
import type { PlatformEnvironment } from "../core/environment";
import type { Endpoint } from "../core/reference";

/** Priorities that a listener takes: 1 to 50000. */
const priorities = 50_000;

/** Host names and listener priorities of the endpoints that operators reach through the load balancer. */
export class PublicNames {
  private readonly taken = new Map<number, Endpoint>();

  constructor(
    private readonly environment: PlatformEnvironment,
    private readonly domain: string,
  ) {}

  /**
   * Whether the load balancer carries the endpoint: a page for a person that always answers.
   * ECS replaces a task when any of its pages does not answer, so one that answers at times must not be there.
   */
  isPublic({ operatorPort, page, scheme, intermittent }: Endpoint): boolean {
    return operatorPort !== undefined && page !== false && scheme.startsWith("http") && !intermittent;
  }

  /** `<component>.<domain>`; where a component has several pages, the others are `<component>-<endpoint>.<domain>`. */
  hostOf(endpoint: Endpoint): string {
    const first = this.environment.component(endpoint.owner).endpoints.find((other) => this.isPublic(other));
    return `${first === endpoint ? endpoint.owner : `${endpoint.owner}-${endpoint.name}`}.${this.domain}`;
  }

  /**
   * The priority of an endpoint's rule. It comes from the name, so that a new component moves no other's rule;
   * rules are for different host names, so their order has no meaning.
   */
  priorityOf(endpoint: Endpoint): number {
    const hash = createHash("sha256").update(this.hostOf(endpoint)).digest().readUInt32BE(0);
    let priority = (hash % priorities) + 1;
    while ((this.taken.get(priority) ?? endpoint) !== endpoint) priority = (priority % priorities) + 1;
    this.taken.set(priority, endpoint);
    return priority;
  }
}
