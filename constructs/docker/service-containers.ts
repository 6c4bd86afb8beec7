import type { Container } from "@cdktf/provider-docker/lib/container";
import { replicaNames } from "../core/component-record";
import { type Lowering, launchScript, plainText } from "../core/launch";
import type { OrderedService } from "../core/order";
import type { Endpoint, Expr } from "../core/reference";
import type { ServiceSpec } from "../core/service-spec";
import type { Spawned } from "../core/spawned";
import { literal } from "../core/terraform-text";
import { createContainer } from "./container";
import type { DockerGroupStack } from "./docker-group-stack";
import { healthcheck, waitSeconds } from "./health";
import { hostMountsOf, mountsTo, optionalVolumes } from "./host-mounts";
import { networksOf } from "./networks";
import { launchPath, launchUpload } from "./secrets";
import { settingsOf } from "./settings";
import { filesToWrite, secretUploads, uploadsOf } from "./uploads";
import { plainVariables } from "./variables";
import { mountsOf } from "./volumes";

/** The containers of a service, one for each replica. */
export function serviceContainers(
  stack: DockerGroupStack,
  unit: OrderedService,
  after: readonly Container[],
  lowering: Lowering,
): Container[] {
  const { service, uses } = unit;
  const { component, spec } = service;
  const { environment } = stack;
  const networks = networksOf(stack, service);
  const hostMounts = hostMountsOf(stack, service);
  if (spec.spawns) recordSpawned(stack, component.name, spec.spawns);
  const launch = launchScript(service.name, spec, filesToWrite(spec), lowering);
  return replicaNames(service).map((name, index) => {
    const { volumes, ready } = mountsOf(stack, unit, name, after);
    const allVolumes = [...volumes, ...optionalVolumes(hostMounts)];
    return createContainer(stack, {
      id: name,
      image: stack.imageName(spec.image),
      component: component.name,
      service: service.name,
      kind: "service",
      resources: spec.resources,
      networks: networks.map((network) => network.name),
      hostPaths: hostMounts.map(({ path, purpose }) => ({ path, purpose })),
      after: [...after, ...ready],
      config: {
        hostname: name,
        restart: "unless-stopped",
        wait: true,
        waitTimeout: waitSeconds(spec.health),
        destroyGraceSeconds: spec.stopGraceSeconds,
        ...settingsOf(spec),
        ...start(launch, spec, lowering),
        env: plainVariables(variablesOf(stack, spec), lowering),
        // Replicas share the service's own name, so that whoever asks for it gets the addresses of all that run.
        networksAdvanced: networks.map((network) => ({
          name: network.reference,
          aliases: [...new Set([name, service.name, ...(spec.aliases ?? [])])],
        })),
        ...mountsTo(hostMounts),
        // A host's port has one holder: of several replicas the first is the one that the operator reaches.
        ports: index === 0 ? ports(stack, spec.endpoints) : [],
        ...(allVolumes.length > 0 ? { volumes: allVolumes } : {}),
        upload: [
          ...secretUploads(environment.name, spec, uses.secrets),
          ...(launch === undefined ? [] : [launchUpload(launchPath, launch)]),
          ...uploadsOf(spec, lowering),
        ],
        healthcheck: healthcheck(spec.health, lowering),
      },
    });
  });
}

function recordSpawned(stack: DockerGroupStack, component: string, spawned: Spawned): void {
  const { name, image, cpus, memoryMiB, most } = spawned;
  stack.facts.spawned.push({
    stack: stack.id,
    group: stack.group,
    component,
    name,
    image: stack.imageName(image),
    memoryMiB,
    cpus,
    most,
  });
}

function variablesOf(stack: DockerGroupStack, { env }: ServiceSpec): Readonly<Record<string, string | Expr>> {
  const { discovery } = stack.environment;
  return { ...(discovery ? { SERVICE_DISCOVERY_CONSUL: discovery.authority } : {}), ...env };
}

function start(
  launch: string | undefined,
  spec: ServiceSpec,
  lowering: Lowering,
): { entrypoint?: string[]; command?: string[] } {
  const command = spec.command?.map((word) => literal(plainText(word, lowering)));
  const entrypoint = launch === undefined ? spec.entrypoint : ["/bin/sh", launchPath];
  return {
    ...(entrypoint ? { entrypoint: entrypoint.map(literal) } : {}),
    ...(command ? { command } : {}),
  };
}

function ports(
  stack: DockerGroupStack,
  endpoints: readonly Endpoint[],
): { internal: number; external: number; ip: string; protocol: string }[] {
  return endpoints
    .flatMap((endpoint) => {
      const external = stack.publishedPorts.claim(endpoint);
      if (external === undefined) return [];
      return [{ internal: endpoint.port, external, ip: stack.docker.bindAddress, protocol: endpoint.protocol }];
    })
    .sort((a, b) => a.internal - b.internal || (a.protocol < b.protocol ? -1 : 1));
}
