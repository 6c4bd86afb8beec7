import type { Component } from "./component";
import type { InitStep } from "./need";
import type { Address, Endpoint } from "./reference";
import type { ServiceSpec } from "./service-spec";

/** A service spec with the name under which it runs. */
export interface Service {
  readonly component: Component;
  /** Host name inside the platform. */
  readonly name: string;
  readonly spec: ServiceSpec;
}

/** Lowers service specs to the resources of one target. There is one per stack. */
export interface Runtime {
  /**
   * Creates what runs the service, after everything that it refers to.
   *
   * @throws ConfigurationError when the target cannot run it (sizes, ports, names).
   */
  run(service: Service): void;
  /** Creates a one-shot that runs once `owner` is healthy. */
  provision(owner: Component, step: InitStep): void;
  /** The text of an address as seen from this stack's services or from the operator. */
  address(address: Address): string;
  /** Port under which the operator reaches the endpoint, or undefined where it is not published. */
  operatorPort(endpoint: Endpoint): number | undefined;
  /** Called once, when all components of the stack exist. */
  complete(): void;
}

/** Host names of a service's replicas where each has its own: `<service>-1` and so on, or the service's name alone. */
export function replicaNames({ name, spec }: Service): string[] {
  if (spec.replicas === undefined) return [name];
  const count = typeof spec.replicas === "number" ? spec.replicas : spec.replicas.desired;
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}
