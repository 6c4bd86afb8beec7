import { Construct } from "constructs";
import type { SizeName } from "../../config/sizes";
import { Certificate } from "./certificate";
import type { ComponentRecord, Service } from "./component-record";
import type { PlatformEnvironment } from "./environment";
import { type GroupStack, groupStackOf } from "./group-stack";
import { Address, Endpoint, type EndpointProps, type Expr, type Need, Secret, type Step } from "./reference";
import { refuse } from "./refusal";
import type { Spawned } from "./spawned";
import { spawnerSettings } from "./spawner";
import type { CertificateUsage, SecretFormat } from "./secret-format";
import type { Limits, Resources, ServiceSpec } from "./service-spec";

/** One piece of software, described once for all targets. Its id is its name on every target. */
export abstract class Component extends Construct implements ComponentRecord {
  readonly name: string;
  readonly group: string;
  readonly stackId: string;
  readonly services: Service[] = [];
  readonly endpoints: Endpoint[] = [];
  readonly preparations: Step[] = [];
  readonly provisions: Step[] = [];
  /** The stack in which it runs. */
  protected readonly groupStack: GroupStack;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.groupStack = groupStackOf(this);
    this.name = id;
    this.group = this.groupStack.group;
    this.stackId = this.groupStack.id;
    this.environment.addComponent(this);
  }

  protected get environment(): PlatformEnvironment {
    return this.groupStack.environment;
  }

  protected endpoint(name: string, props: EndpointProps): Endpoint {
    const endpoint = new Endpoint(this.name, name, props);
    this.endpoints.push(endpoint);
    return endpoint;
  }

  /** @param changeInData see Secret */
  protected secret(name: string, format: SecretFormat = "password", changeInData?: string): Secret {
    return this.environment.addSecret(new Secret(this.name, name, format, changeInData));
  }

  /** A bcrypt hash of a secret, called `<name>-hash`; undefined where the target makes none. */
  protected hashOf({ id, name }: Secret): Secret | undefined {
    return this.groupStack.runtime.hashesSecrets ? this.secret(`${name}-hash`, { bcrypt: id }) : undefined;
  }

  /**
   * A certificate from the environment's own authority.
   *
   * @param names DNS names and addresses; an endpoint stands for its host name inside the platform and for the operator
   */
  protected certificate(
    name: string,
    { names, usage }: { readonly names: readonly (string | Endpoint)[]; readonly usage: CertificateUsage },
  ): Certificate {
    const all = new Set(names.flatMap((one) => (typeof one === "string" ? [one] : this.hostsOf(one))));
    return new Certificate(this.name, name, [...all], usage, (secret) => this.environment.addSecret(secret));
  }

  /** What a service needs to make the containers that its spec states as `spawns`; one line of JSON. */
  protected spawner(spawned: Spawned): Expr {
    return spawnerSettings(this.environment, this, spawned);
  }

  /** Runs a service with the size that the environment gives it. */
  protected run(spec: ServiceSpec, name: string = this.name): void {
    const sized = { ...spec, resources: this.sized(name, spec.resources) };
    this.services.push({ component: this, name, spec: withLateFiles(sized) });
  }

  /**
   * Runs a step once in each deployment, before this component's services and after what it and they refer to:
   * migrate the schema, make the first account.
   *
   * @throws ConfigurationError when the component has a step of this name.
   */
  protected prepare(step: Step): void {
    this.refuseTwin(step);
    this.preparations.push(step);
  }

  /**
   * Runs a step once in each deployment, when this component is healthy.
   *
   * @returns the need to hand to those who must wait for it
   * @throws ConfigurationError when the component has a step of this name.
   */
  protected provision(step: Step): Need {
    this.refuseTwin(step);
    this.provisions.push(step);
    return { provider: this.name, provisions: [step.name] };
  }

  private refuseTwin({ name }: Step): void {
    if (![...this.preparations, ...this.provisions].some((other) => other.name === name)) return;
    throw refuse({
      environment: this.environment.name,
      component: this.name,
      field: `step "${name}"`,
      reason: "it has a step of this name already, and one of them would be lost",
      remedy: "Give one of them another name.",
    });
  }

  private hostsOf(endpoint: Endpoint): string[] {
    const { runtime } = this.groupStack;
    const published = runtime.operatorPort(endpoint) !== undefined;
    return [endpoint.service, ...(published ? [runtime.address(new Address(endpoint, "host", "operator"))] : [])];
  }

  /** The value that fits the environment's `size`, for settings that have to follow a limit, such as a Java heap. */
  protected bySize<T>(values: Readonly<Record<SizeName, T>>): T {
    return values[this.environment.config.size];
  }

  private sized(service: string, resources: Resources): Limits {
    return this.environment.sized(this.name, service, resources);
  }
}

/** The spec with its late files among the others; they are asked for once, by whoever looks at the files first. */
function withLateFiles({ lateFiles, ...spec }: ServiceSpec): ServiceSpec {
  if (lateFiles === undefined) return spec;
  const { files } = spec;
  let all: ServiceSpec["files"];
  return Object.defineProperty(spec, "files", { get: () => (all ??= { ...files, ...lateFiles() }), enumerable: true });
}
