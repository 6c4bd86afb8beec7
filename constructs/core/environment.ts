import type { App } from "cdktf";
import type { EnvironmentConfig } from "../../config/schema";
import { type ComponentRecord, replicaNames } from "./component-record";
import { checkEndpoints } from "./endpoint-check";
import { checkHost, checkStepHost } from "./host-check";
import { checkSpec } from "./spec-check";
import { complain } from "./errors";
import { observabilityOf } from "./observability-of";
import type { Endpoint, Secret } from "./reference";
import { refuse } from "./refusal";
import type { Limits, Resources } from "./service-spec";
import { limitsOf, type Size, sizedResources } from "./size";
import type { StackRecord } from "./stack-record";

/** One environment while it is put together: its configuration, and what its stacks hold. */
export class PlatformEnvironment {
  /** The service registry, once there is one; every service is given its address. */
  discovery: Endpoint | undefined;
  readonly secrets = new Map<string, Secret>();
  private readonly byName = new Map<string, ComponentRecord>();
  private readonly stackList: StackRecord[] = [];

  constructor(
    readonly app: App,
    readonly config: EnvironmentConfig,
  ) {}

  get name(): string {
    return this.config.name;
  }

  /** In the order in which they were made. */
  get components(): readonly ComponentRecord[] {
    return [...this.byName.values()];
  }

  get stacks(): readonly StackRecord[] {
    return this.stackList;
  }

  /** @throws Error when there is no such component. */
  component(name: string): ComponentRecord {
    const found = this.byName.get(name);
    if (!found) throw new Error(`${this.name} has no component ${name}`);
    return found;
  }

  /** The components of one stack, in the order in which they were made. */
  componentsOf(stackId: string): ComponentRecord[] {
    return this.components.filter((component) => component.stackId === stackId);
  }

  /** @throws Error when there is one of this name: names are host names and addresses on every target. */
  addComponent(component: ComponentRecord): void {
    const twin = this.byName.get(component.name);
    if (twin) {
      throw new Error(`${this.name}: two components are called ${component.name} (${twin.group}, ${component.group})`);
    }
    this.byName.set(component.name, component);
  }

  addStack(stack: StackRecord): void {
    this.stackList.push(stack);
  }

  /** Whether a stack was made before another, so that the other may stand on it. */
  isBefore(first: string, second: string): boolean {
    const position = (id: string): number => this.stackList.findIndex((stack) => stack.id === id);
    return position(first) < position(second);
  }

  /** Registers a secret; asking for the same one again gives the first. */
  addSecret(secret: Secret): Secret {
    const known = this.secrets.get(secret.id);
    if (known) return known;
    this.secrets.set(secret.id, secret);
    return secret;
  }

  /**
   * A service's resources in the environment's `size`, with its `sizes` for the service, or else for its component,
   * laid over them.
   *
   * @throws ConfigurationError when the size does not fit the software; see sizedResources.
   */
  sized(component: string, service: string, resources: Resources): Limits {
    const limits = limitsOf(resources, this.config.size);
    const name = Object.hasOwn(this.config.sizes, service) ? service : component;
    const size: Size | undefined = this.config.sizes[name];
    if (!size) return limits;
    return sizedResources(`${this.name}.sizes.${name}`, service, limits, size);
  }

  /**
   * Checks what only shows in the whole environment.
   *
   * @throws ConfigurationError when `sizes` or `ports` name something that does not exist, an endpoint is opened
   *   nowhere, or two different alert rules have one name.
   */
  verify(): void {
    for (const component of this.components) {
      checkEndpoints(this.name, component);
      for (const service of component.services) {
        checkSpec(this.name, service);
        checkHost(this.name, service, (name) => this.component(name));
      }
      for (const step of [...component.preparations, ...component.provisions]) {
        checkStepHost(this.name, component, step, (name) => this.component(name));
      }
    }
    this.refuseTwins();
    // It refuses rules that contradict each other, also where no group uses them.
    observabilityOf(this);
    const names = new Set(this.components.flatMap(({ name, services }) => [name, ...services.map((one) => one.name)]));
    this.refuseUnknown("sizes", Object.keys(this.config.sizes), [...names], "component or service");
    if (this.config.target !== "docker") return;
    const endpoints = this.components
      .flatMap((component) => component.endpoints)
      .filter(({ operatorPort }) => operatorPort !== undefined)
      .map(({ id }) => id);
    this.refuseUnknown("ports", Object.keys(this.config.ports), endpoints, "published endpoint");
  }

  /** Replicas have names of their own, which are host names like those of services. */
  private refuseTwins(): void {
    const owners = new Map<string, string>();
    for (const service of this.components.flatMap(({ services }) => services)) {
      const component = service.component.name;
      for (const name of replicaNames(service)) {
        const owner = owners.get(name);
        if (owner !== undefined) {
          throw refuse({
            environment: this.name,
            component,
            field: `run "${service.name}"`,
            reason: `${owner} runs a container called ${name} as well`,
            remedy: "Give one of them another name.",
          });
        }
        owners.set(name, component);
      }
    }
  }

  private refuseUnknown(section: string, given: string[], known: string[], what: string): void {
    for (const key of given) {
      if (known.includes(key)) continue;
      throw complain({
        key: `${this.name}.${section}`,
        given: key,
        allowed: known.toSorted().join(", "),
        remedy: `There is no such ${what}; correct the name or remove the entry.`,
      });
    }
  }
}
