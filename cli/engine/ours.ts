import type { ContainerDescription } from "../model/description";
import { spawnedKind } from "../../constructs/core/spawned-kind";
import { checkoutLabel } from "../../constructs/docker/checkout";
import type { Engine } from "./client";
import type { ListedContainer } from "./types";

/** A container of one environment that exists in the engine. */
export interface FoundContainer {
  readonly engineId: string;
  readonly name: string;
  readonly group: string;
  readonly component: string;
  readonly service: string;
  /** `spawned`: a service of the platform made it, and no stack knows it. */
  readonly kind: "service" | "init" | "spawned";
  /** Id of the checkout that made it; containers of older versions do not tell. */
  readonly checkout: string | undefined;
  /** As the engine has it: `running`, `restarting`, `exited`, … */
  readonly state: string;
  readonly health: "healthy" | "starting" | "unhealthy" | "none";
  /** `Up 3 minutes`, `Exited (1) 2 minutes ago`. */
  readonly statusText: string;
}

/** The label that every container of an environment has. */
export function environmentLabel(environment: string): string {
  return `datalab.environment=${environment}`;
}

/** All containers of an environment, stopped ones included. */
export async function findContainers(engine: Engine, environment: string): Promise<FoundContainer[]> {
  return (await engine.containers([environmentLabel(environment)])).map(toFound);
}

/** One entry of the engine's list. */
export function toFound(listed: ListedContainer): FoundContainer {
  const labels = listed.Labels;
  return {
    engineId: listed.Id,
    name: containerName(listed),
    group: labels["datalab.group"] ?? "",
    component: labels["datalab.component"] ?? "",
    service: labels["datalab.service"] ?? "",
    kind: kindOf(labels["datalab.kind"]),
    checkout: labels[checkoutLabel],
    state: listed.State,
    health: healthOf(listed.Status),
    statusText: listed.Status,
  };
}

function kindOf(label: string | undefined): FoundContainer["kind"] {
  return label === "init" || label === spawnedKind ? label : "service";
}

/** Name without the slash that the engine puts in front. */
export function containerName(listed: ListedContainer): string {
  return (listed.Names[0] ?? listed.Id).replace(/^\//, "");
}

function healthOf(status: string): FoundContainer["health"] {
  if (status.includes("(healthy)")) return "healthy";
  if (status.includes("(unhealthy)")) return "unhealthy";
  return status.includes("(health: starting)") ? "starting" : "none";
}

/** The found container of each description, by the engine's name. */
export function match(
  described: readonly ContainerDescription[],
  found: readonly FoundContainer[],
): { readonly described: ContainerDescription; readonly found: FoundContainer | undefined }[] {
  const byName = new Map(found.map((container) => [container.name, container]));
  return described.map((container) => ({ described: container, found: byName.get(container.name) }));
}
