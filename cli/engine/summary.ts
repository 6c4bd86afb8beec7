import type { ComponentDescription, ContainerDescription, EndpointDescription } from "../model/description";
import { type FoundContainer, match } from "./ours";

/** `absent` none exists, `stopped` none runs, `degraded` some run, `restarting` one ends again and again, `running` all run. */
export type ComponentState = "absent" | "stopped" | "degraded" | "restarting" | "running";
/** The worst of its containers; `none` where nothing runs. */
export type ComponentHealth = "healthy" | "starting" | "unhealthy" | "none";

/** One component as `status --json` prints it. */
export interface ComponentStatus {
  readonly component: string;
  readonly group: string;
  readonly state: ComponentState;
  readonly health: ComponentHealth;
  readonly replicas: { readonly desired: number; readonly running: number; readonly healthy: number };
  /** Containers that it made itself and that run. */
  readonly spawned: number;
  readonly endpoints: readonly EndpointStatus[];
}

export interface EndpointStatus {
  readonly name: string;
  /** Address for the operator, or null where it is not published. */
  readonly url: string | null;
  /** `host:port` inside the platform. */
  readonly internal: string;
}

/** Sums up a component from what should run and what does. */
export function summarise(
  component: ComponentDescription,
  described: readonly ContainerDescription[],
  found: readonly FoundContainer[],
): ComponentStatus {
  const own = described.filter((container) => container.component === component.name && container.kind === "service");
  const pairs = match(own, found);
  const present = pairs.flatMap((pair) => pair.found ?? []);
  const running = present.filter(({ state }) => state === "running" || state === "paused");
  return {
    component: component.name,
    group: component.group,
    state: stateOf(own.length, present, running.length),
    health: healthOf(own.length, present, running),
    replicas: {
      desired: own.length,
      running: running.length,
      healthy: running.filter(({ health }) => health === "healthy").length,
    },
    spawned: found.filter(
      (container) =>
        container.kind === "spawned" && container.component === component.name && container.state === "running",
    ).length,
    endpoints: component.endpoints.map(endpointStatus),
  };
}

export function endpointStatus({ name, url, internal }: EndpointDescription): EndpointStatus {
  return { name, url: url ?? null, internal };
}

function stateOf(desired: number, present: readonly FoundContainer[], running: number): ComponentState {
  if (present.length === 0) return "absent";
  if (present.some(({ state }) => state === "restarting")) return "restarting";
  if (running === 0) return "stopped";
  return running < desired ? "degraded" : "running";
}

function healthOf(
  desired: number,
  present: readonly FoundContainer[],
  running: readonly FoundContainer[],
): ComponentHealth {
  if (present.some(({ state, health }) => state === "restarting" || health === "unhealthy")) return "unhealthy";
  if (running.length === 0) return "none";
  if (running.some(({ health }) => health === "starting" || health === "none")) return "starting";
  return running.length < desired ? "unhealthy" : "healthy";
}

/** Whether all replicas run and are healthy. */
export function isHealthy(status: ComponentStatus): boolean {
  return status.state === "running" && status.health === "healthy";
}
