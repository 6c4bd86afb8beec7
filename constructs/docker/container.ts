import { Container, type ContainerConfig } from "@cdktf/provider-docker/lib/container";
import type { ITerraformDependable } from "cdktf";
import { hashOf } from "../core/content-hash";
import type { ContainerDescription, HostPath } from "../core/facts";
import type { Resources } from "../core/service-spec";
import { addressOf } from "./address";
import { checkoutExpression, checkoutLabel } from "./checkout";
import type { DockerGroupStack } from "./docker-group-stack";

/** What every container of ours has, long-running or not. */
export interface StandardContainer {
  readonly id: string;
  readonly image: string;
  readonly component: string;
  readonly service: string;
  readonly kind: "service" | "init";
  readonly resources: Resources;
  /** Names of the networks that it is on. Default: none. */
  readonly networks?: readonly string[];
  /** What it sees of the engine's machine. Default: nothing. */
  readonly hostPaths?: readonly HostPath[];
  /** The containers of the same stack that come first. */
  readonly after: readonly Container[];
  readonly config: Omit<ContainerConfig, "name" | "image" | "labels" | "dependsOn">;
}

/** Log files of one container take at most 30 MB. */
const logOptions = { "max-size": "10m", "max-file": "3" };
/** Docker's own, in seconds. */
const defaultGraceSeconds = 10;
/** The provider's own, in seconds. */
const defaultWaitSeconds = 60;

/** A container with limits, log rotation, labels, and a replacement for every edit that the provider would lose. */
export function createContainer(stack: DockerGroupStack, container: StandardContainer): Container {
  const { resources, config } = container;
  const { environment } = stack;
  const dependsOn: ITerraformDependable[] = [...container.after];
  const created = new Container(stack.containers, container.id, {
    ...config,
    name: `${environment.name}-${container.id}`,
    image: container.image,
    dependsOn,
    memory: resources.memoryMiB,
    // Docker's own default differs between hosts with and without swap accounting, so it must be stated.
    memorySwap: -1,
    cpuShares: Math.round((resources.reservedCpus ?? resources.cpus / 4) * 1024),
    logDriver: "json-file",
    logOpts: logOptions,
    securityOpts: ["no-new-privileges:true"],
    labels: labels({
      "datalab.environment": environment.name,
      "datalab.group": stack.group,
      "datalab.component": container.component,
      "datalab.service": container.service,
      "datalab.kind": container.kind,
      // Of two checkouts with one environment's name, only this tells whose the container is.
      [checkoutLabel]: checkoutExpression(),
      // The provider updates these in its state only; a label makes each edit a replacement.
      "datalab.settings": hashOf([
        config.healthcheck ?? null,
        config.init ?? false,
        config.tmpfs ?? null,
        ...(config.ulimit === undefined ? [] : [config.ulimit]),
      ]),
    }),
  });
  // Newer than the classes of 3.6.2.
  created.addOverride("cpus", decimal(resources.cpus));
  created.addOverride("memory_reservation", reservedMemoryMiB(resources));
  stack.facts.containers.push(factsOf(stack, container, addressOf(created)));
  return created;
}

function factsOf(stack: DockerGroupStack, container: StandardContainer, address: string): ContainerDescription {
  const { id, image, component, service, kind, resources, networks = [], hostPaths = [], config, after } = container;
  const ports = (config.ports ?? []) as readonly { internal: number; external: number; ip: string; protocol: string }[];
  const volumes = (config.volumes ?? []) as readonly { volumeName?: string }[];
  return {
    id,
    address,
    name: `${stack.environment.name}-${id}`,
    stack: stack.id,
    group: stack.group,
    component,
    service,
    kind,
    image,
    ports: ports.map(({ ip, external, internal, protocol }) => ({ address: ip, port: external, internal, protocol })),
    memoryMiB: resources.memoryMiB,
    cpus: resources.cpus,
    reservedMemoryMiB: reservedMemoryMiB(resources),
    volumes: volumes.flatMap(({ volumeName }) => volumeName ?? []),
    networks: [...networks],
    hostPaths: [...hostPaths],
    waitSeconds: config.waitTimeout ?? defaultWaitSeconds,
    stopGraceSeconds: config.destroyGraceSeconds ?? defaultGraceSeconds,
    after: after.map(({ node }) => node.id),
  };
}

function reservedMemoryMiB({ memoryMiB, reservedMemoryMiB: stated }: Resources): number {
  return stated ?? Math.floor(memoryMiB / 2);
}

/** A number as the provider reads it back: always with a fraction. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function labels(values: Record<string, string>): { label: string; value: string }[] {
  return Object.entries(values).map(([label, value]) => ({ label, value }));
}
