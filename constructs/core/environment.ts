import type { App } from "cdktf";
import type { EnvironmentConfig } from "../../config/schema";
import type { Component } from "./component";
import { complain } from "./errors";
import type { PlatformStack } from "./platform-stack";
import type { Secret } from "./reference";
import type { ServiceRegistry } from "./roles";
import type { Resources } from "./service-spec";

/** One environment while it is put together: its configuration, and what its stacks hold. */
export class PlatformEnvironment {
  readonly components: Component[] = [];
  readonly stacks: PlatformStack[] = [];
  /** Set as soon as there is one: services that come later are told its address and are registered. */
  registry: ServiceRegistry | undefined;
  readonly secrets = new Map<string, Secret>();

  constructor(
    readonly app: App,
    readonly config: EnvironmentConfig,
  ) {}

  get name(): string {
    return this.config.name;
  }

  addComponent(component: Component): void {
    const twin = this.components.find(({ name }) => name === component.name);
    if (twin) throw new Error(`${this.name}: ${component.node.path} and ${twin.node.path} have the same name`);
    this.components.push(component);
  }

  addStack(stack: PlatformStack): void {
    this.stacks.push(stack);
  }

  /** Registers a secret; asking for the same one again gives the first. */
  addSecret(secret: Secret): Secret {
    const known = this.secrets.get(secret.id);
    if (known) return known;
    this.secrets.set(secret.id, secret);
    return secret;
  }

  /**
   * A service's resources with the environment's `sizes` for it, or else for its component, laid over them.
   *
   * @throws ConfigurationError when the memory is below what the software starts with.
   */
  sized(component: string, service: string, resources: Resources): Resources {
    const name = service in this.config.sizes ? service : component;
    const size = this.config.sizes[name];
    if (!size) return resources;
    if (size.memoryMiB !== undefined && size.memoryMiB < resources.minimumMemoryMiB) {
      throw complain({
        key: `${this.name}.sizes.${name}.memoryMiB`,
        given: size.memoryMiB,
        allowed: `${resources.minimumMemoryMiB} or more`,
        remedy: `${service} does not start with less; raise the value or remove it.`,
      });
    }
    return { ...resources, ...definedOnly(size) };
  }

  /**
   * Checks what only the whole environment can tell.
   *
   * @throws ConfigurationError when `sizes` or `ports` name something that does not exist.
   */
  verify(): void {
    const names = new Set(this.components.flatMap(({ name, services }) => [name, ...services.map((one) => one.name)]));
    this.refuseUnknown("sizes", Object.keys(this.config.sizes), [...names], "component or service");
    if (this.config.target !== "docker") return;
    const endpoints = this.components
      .flatMap((component) => component.endpoints)
      .filter(({ operatorPort }) => operatorPort !== undefined)
      .map(({ id }) => id);
    this.refuseUnknown("ports", Object.keys(this.config.ports), endpoints, "published endpoint");
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

function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
