import { Construct } from "constructs";
import type { PlatformEnvironment } from "./environment";
import type { InitStep } from "./need";
import { PlatformStack } from "./platform-stack";
import { Endpoint, type EndpointProps, Secret, type SecretFormat } from "./reference";
import type { Resources, ServiceSpec } from "./service-spec";
import type { Service } from "./runtime";

/** One piece of software, described once for all targets. Its id is its name on every target. */
export abstract class Component extends Construct {
  readonly name: string;
  readonly group: string;
  /** Everything that this component runs, in the order of creation. */
  readonly services: Service[] = [];
  readonly endpoints: Endpoint[] = [];
  /** The stack in which it runs. */
  readonly platformStack: PlatformStack;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.platformStack = PlatformStack.ofConstruct(this);
    this.name = id;
    this.group = this.platformStack.group;
    this.environment.addComponent(this);
  }

  protected get environment(): PlatformEnvironment {
    return this.platformStack.environment;
  }

  protected endpoint(name: string, props: EndpointProps): Endpoint {
    const endpoint = new Endpoint(this, name, props);
    this.endpoints.push(endpoint);
    return endpoint;
  }

  /** @param changeInData see Secret */
  protected secret(name: string, format: SecretFormat = "password", changeInData?: string): Secret {
    return this.environment.addSecret(new Secret(this, name, format, changeInData));
  }

  /** Hands a service to the runtime, with the size that the environment gives it. */
  protected run(spec: ServiceSpec, name: string = this.name): void {
    const service: Service = { component: this, name, spec: { ...spec, resources: this.sized(name, spec.resources) } };
    this.services.push(service);
    this.platformStack.runtime.run(service);
  }

  /** A one-shot that runs once this component is healthy; nothing waits for it. */
  protected provision(step: InitStep): void {
    this.platformStack.runtime.provision(this, step);
  }

  private sized(service: string, resources: Resources): Resources {
    return this.environment.sized(this.name, service, resources);
  }
}
