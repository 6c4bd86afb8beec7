import type { Container, ContainerUpload } from "@cdktf/provider-docker/lib/container";
import { replicaNames } from "../core/component-record";
import { hasSecret, type Lowering, launchScript, plainText } from "../core/launch";
import type { OrderedService } from "../core/order";
import type { Endpoint, Expr } from "../core/reference";
import type { FileContent, ServiceSpec } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { createContainer } from "./container";
import type { DockerGroupStack } from "./docker-group-stack";
import { healthcheck, waitSeconds } from "./health";
import { launchPath, launchUpload, secretUpload } from "./secrets";
import { plainVariables } from "./variables";

/** The containers of a service, one for each replica. */
export function serviceContainers(
  stack: DockerGroupStack,
  { service, uses }: OrderedService,
  after: readonly Container[],
  lowering: Lowering,
): Container[] {
  const { component, spec } = service;
  const { foundation, environment } = stack;
  const files = Object.entries(spec.files ?? {});
  const withSecret = Object.fromEntries(files.filter(([, file]) => hasSecret(file.content)));
  const launch = launchScript(service.name, spec, withSecret, lowering);
  return replicaNames(service).map((name, index) => {
    const volumes = (spec.data ?? []).map((volume) => ({
      volumeName: foundation.dataVolume(`${name}-${volume.name}`),
      containerPath: volume.path,
    }));
    return createContainer(stack, {
      id: name,
      image: stack.imageName(spec.image),
      component: component.name,
      service: service.name,
      kind: "service",
      resources: spec.resources,
      after,
      config: {
        hostname: name,
        restart: "unless-stopped",
        wait: true,
        waitTimeout: waitSeconds(spec.health),
        destroyGraceSeconds: spec.stopGraceSeconds,
        ...(spec.processInit ? { init: true } : {}),
        ...start(launch, spec, lowering),
        env: plainVariables(variablesOf(stack, spec), lowering),
        // Replicas share the service's own name, so that whoever asks for it gets the addresses of all that run.
        networksAdvanced: [
          { name: foundation.networkName, aliases: [...new Set([name, service.name, ...(spec.aliases ?? [])])] },
        ],
        // A host's port has one holder: of several replicas the first is the one that the operator reaches.
        ports: index === 0 ? ports(stack, spec.endpoints) : [],
        ...(volumes.length > 0 ? { volumes } : {}),
        upload: [
          ...uses.secrets.map((secret) => secretUpload(environment.name, secret)),
          ...(launch === undefined ? [] : [launchUpload(launchPath, launch)]),
          ...files.filter(([path]) => !(path in withSecret)).map(([path, file]) => fileUpload(path, file, lowering)),
        ],
        healthcheck: healthcheck(spec.health, lowering),
      },
    });
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

function fileUpload(path: string, file: FileContent, lowering: Lowering): ContainerUpload {
  return { file: literal(path), content: literal(plainText(file.content, lowering)), permissions: "0444" };
}
