import type { EngineMode } from "./host-access";
import type { Endpoint, Step } from "./reference";
import type { ServiceSpec } from "./service-spec";

/** A service spec with the name under which it runs. */
export interface Service {
  readonly component: ComponentRecord;
  /** Host name inside the platform. */
  readonly name: string;
  readonly spec: ServiceSpec;
}

/** What an environment knows of a component: what it runs and offers, before any target has seen it. */
export interface ComponentRecord {
  readonly name: string;
  readonly group: string;
  /** Id of the stack in which it runs. */
  readonly stackId: string;
  /** In the order in which the component named them. */
  readonly services: readonly Service[];
  readonly endpoints: readonly Endpoint[];
  /** Steps before its services start. */
  readonly preparations: readonly Step[];
  /** Steps once its services are healthy. */
  readonly provisions: readonly Step[];
  /** Name of the component that it shows metrics of, for an exporter. */
  readonly observes?: string;
  /** For an agent of the service registry: ids of the services that it registers. */
  readonly registers?: readonly string[];
  /** For the proxy in front of the engine: what it lets pass. It is on no network but that of its users. */
  readonly engineMode?: EngineMode;
}

/** Host names of a service's replicas where each has its own: `<service>-1` and so on, or the service's name alone. */
export function replicaNames({ name, spec }: Service): string[] {
  if (spec.replicas === undefined) return [name];
  const count = typeof spec.replicas === "number" ? spec.replicas : spec.replicas.desired;
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}
