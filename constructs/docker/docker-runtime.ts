import type { Container, ContainerUpload } from "@cdktf/provider-docker/lib/container";
import type { ITerraformDependable } from "cdktf";
import type { Component } from "../core/component";
import { hasSecret, type Lowering, launchScript, plainText, stepScript } from "../core/launch";
import type { InitStep } from "../core/need";
import type { Address, Endpoint } from "../core/reference";
import { referencesOf, referencesOfStep, type References } from "../core/references";
import { replicaNames, type Runtime, type Service } from "../core/runtime";
import type { FileContent } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { createContainer } from "./container";
import type { DockerGroupStack } from "./docker-group-stack";
import { healthcheck, waitSeconds } from "./health";
import { imageName } from "./images";
import { launchUpload, secretInShell, secretUpload } from "./secrets";

const launchPath = "/run/datalab/launch.sh";
const stepResources = { cpus: 1, memoryMiB: 256, minimumMemoryMiB: 32 };

/** Lowers service specs to containers of one group's stack. */
export class DockerRuntime implements Runtime {
  private readonly containers = new Map<Component, Container[]>();
  private readonly steps = new Map<string, Container>();
  private readonly lastStepOf = new Map<Component, Container>();
  private readonly services: Service[] = [];
  private readonly lowering: Lowering;

  constructor(private readonly stack: DockerGroupStack) {
    this.lowering = { address: (address) => this.address(address), secretInShell };
  }

  run(service: Service): void {
    const { spec } = service;
    const references = referencesOf(service);
    const dependsOn = this.prerequisites(service.component, references);
    const files = Object.entries(spec.files ?? {});
    const launch = launchScript(
      service.name,
      spec,
      Object.fromEntries(files.filter(([, file]) => hasSecret(file.content))),
      this.lowering,
    );
    for (const [index, name] of replicaNames(service).entries()) {
      const volumes = (spec.data ?? []).map((volume) => ({
        volumeName: this.stack.foundation.dataVolume(`${name}-${volume.name}`),
        containerPath: volume.path,
      }));
      const container = createContainer(service.component, this.stack, {
        id: name,
        image: this.image(spec.image),
        component: service.component.name,
        service: service.name,
        kind: "service",
        resources: spec.resources,
        dependsOn,
        config: {
          hostname: name,
          restart: "unless-stopped",
          wait: true,
          waitTimeout: waitSeconds(spec.health),
          destroyGraceSeconds: spec.stopGraceSeconds,
          ...(spec.processInit ? { init: true } : {}),
          ...this.start(launch, spec),
          env: this.environmentOf(service),
          networksAdvanced: [
            { name: this.stack.foundation.networkName, aliases: [...new Set([name, ...(spec.aliases ?? [])])] },
          ],
          // A host's port has one holder: of several replicas the first is the one that the operator reaches.
          ports: index === 0 ? this.ports(spec.endpoints) : [],
          ...(volumes.length > 0 ? { volumes } : {}),
          upload: [
            ...references.secrets.map((secret) => secretUpload(this.stack.environment.name, secret)),
            ...(launch === undefined ? [] : [launchUpload(launchPath, launch)]),
            ...files.filter(([, file]) => !hasSecret(file.content)).map(([path, file]) => this.fileUpload(path, file)),
          ],
          healthcheck: healthcheck(spec.health, this.lowering),
        },
      });
      this.containers.set(service.component, [...(this.containers.get(service.component) ?? []), container]);
    }
    this.services.push(service);
  }

  provision(owner: Component, step: InitStep): void {
    this.initContainer(owner, step, this.containers.get(owner) ?? []);
  }

  address({ endpoint, form, from }: Address): string {
    const host = from === "mesh" ? endpoint.service : this.stack.operatorHost;
    const port = from === "mesh" ? endpoint.port : this.operatorPort(endpoint);
    if (port === undefined) throw new Error(`${endpoint.id} is not published to the operator`);
    switch (form) {
      case "host":
        return host;
      case "port":
        return String(port);
      case "authority":
        return `${host}:${port}`;
      case "url":
        return `${endpoint.scheme}://${host}:${port}`;
    }
  }

  operatorPort(endpoint: Endpoint): number | undefined {
    return this.stack.publishedPorts.portOf(endpoint);
  }

  complete(): void {
    this.stack.environment.registry?.register(this.stack, this.services);
  }

  private start(launch: string | undefined, spec: Service["spec"]): { entrypoint?: string[]; command?: string[] } {
    const command = spec.command?.map((word) => literal(plainText(word, this.lowering)));
    const entrypoint = launch === undefined ? spec.entrypoint : ["/bin/sh", launchPath];
    return {
      ...(entrypoint ? { entrypoint: entrypoint.map(literal) } : {}),
      ...(command ? { command } : {}),
    };
  }

  private environmentOf({ spec }: Service): string[] {
    const registry = this.stack.environment.registry?.address;
    const discovery = registry ? { SERVICE_DISCOVERY_CONSUL: registry.authority } : {};
    return this.plainVariables({ ...discovery, ...spec.env });
  }

  /** The variables without secrets; the others are set inside the container. */
  private plainVariables(env: Service["spec"]["env"]): string[] {
    return Object.entries(env)
      .filter(([, value]) => !hasSecret(value))
      .map(([name, value]) => literal(`${name}=${plainText(value, this.lowering)}`))
      .sort();
  }

  private ports(
    endpoints: readonly Endpoint[],
  ): { internal: number; external: number; ip: string; protocol: string }[] {
    return endpoints
      .flatMap((endpoint) => {
        const external = this.stack.publishedPorts.claim(endpoint);
        if (external === undefined) return [];
        return [{ internal: endpoint.port, external, ip: this.stack.docker.bindAddress, protocol: endpoint.protocol }];
      })
      .sort((a, b) => a.internal - b.internal || (a.protocol < b.protocol ? -1 : 1));
  }

  private fileUpload(path: string, file: FileContent): ContainerUpload {
    return { file: path, content: literal(plainText(file.content, this.lowering)), permissions: "0444" };
  }

  /** What must be healthy or done first: containers in this stack, other stacks as a whole, and init steps. */
  private prerequisites(owner: Component, references: References): ITerraformDependable[] {
    const components = this.componentsHere(references.components);
    const steps = references.init.map(({ provider, step }) =>
      this.initContainer(provider, step, provider === owner ? components : []),
    );
    return [...components, ...steps];
  }

  private componentsHere(components: readonly Component[]): Container[] {
    return components.flatMap((component) => {
      const home = component.platformStack;
      if (home === this.stack) return this.containers.get(component) ?? [];
      this.stack.addDependency(home);
      return [];
    });
  }

  private initContainer(provider: Component, step: InitStep, after: readonly ITerraformDependable[]): Container {
    const known = this.steps.get(step.name);
    if (known) return known;
    const references = referencesOfStep(provider, step);
    const previous = this.lastStepOf.get(provider);
    const id = `init-${step.name}`;
    const container = createContainer(this.stack, this.stack, {
      id,
      image: this.image(step.image),
      component: provider.name,
      service: id,
      kind: "init",
      resources: { ...stepResources, memoryMiB: step.memoryMiB ?? stepResources.memoryMiB },
      dependsOn: [
        ...new Set([
          ...after,
          ...this.componentsHere([provider, ...references.components]),
          ...(previous ? [previous] : []),
        ]),
      ],
      config: {
        restart: "no",
        mustRun: false,
        attach: true,
        entrypoint: ["/bin/sh", launchPath],
        command: [],
        env: this.plainVariables(step.env),
        networksAdvanced: [{ name: this.stack.foundation.networkName }],
        upload: [
          ...references.secrets.map((secret) => secretUpload(this.stack.environment.name, secret)),
          launchUpload(launchPath, stepScript(step, this.lowering)),
        ],
        lifecycle: {
          postcondition: [
            {
              condition: "${self.exit_code == 0}",
              errorMessage: initFailure(`${this.stack.environment.name}-${id}`, this.stack.node.id, id),
            },
          ],
        },
      },
    });
    this.steps.set(step.name, container);
    this.lastStepOf.set(provider, container);
    return container;
  }

  private image(image: Service["spec"]["image"]): string {
    if (image.kind === "own") this.stack.images.build(image);
    return imageName(image, this.stack.docker.imageRegistry);
  }
}

function initFailure(container: string, stack: string, id: string): string {
  return (
    `The step ${id} failed. See "docker logs ${container}"; after mending the cause run "./datalab up", ` +
    `or in cdktf.out/stacks/${stack} "terraform apply -replace=docker_container.${id}".`
  );
}
