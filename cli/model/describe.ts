import type { Component } from "../../constructs/core/component";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import type { ImageRef } from "../../constructs/core/image";
import type { PlatformStack } from "../../constructs/core/platform-stack";
import { Address, type Endpoint, type Secret, type Viewpoint } from "../../constructs/core/reference";
import { referencesOf } from "../../constructs/core/references";
import type { Service } from "../../constructs/core/runtime";
import type {
  ComponentDescription,
  EndpointDescription,
  EnvironmentDescription,
  SecretDescription,
  ServiceDescription,
  StackDescription,
} from "./description";
import { readStack, type StackContent } from "./stack-content";

/**
 * What the command line has to know of an environment.
 *
 * @param render gives the Terraform JSON of a stack
 */
export function describe(
  environment: PlatformEnvironment,
  render: (stack: PlatformStack) => unknown,
): EnvironmentDescription {
  // Rendering the stacks of AWS costs much and tells nothing that the commands use.
  const ours = environment.config.target === "docker" ? environment.stacks : [];
  const contents = new Map<PlatformStack, StackContent>(
    ours.map((stack) => [stack, readStack(stack.node.id, render(stack))]),
  );
  return {
    name: environment.name,
    target: environment.config.target,
    dataDeletion: environment.config.dataDeletion,
    groups: environment.config.groups,
    stacks: inOrder(environment.stacks).map((stack) => describeStack(stack, environment, contents.get(stack))),
    components: environment.components.map(describeComponent),
    containers: inOrder(environment.stacks).flatMap((stack) => contents.get(stack)?.containers ?? []),
    secrets: [...environment.secrets.values()].map((secret) => describeSecret(secret, environment)),
  };
}

/** Stacks after those that they depend on, otherwise in the order in which they were made. */
function inOrder(stacks: readonly PlatformStack[]): PlatformStack[] {
  const ordered = new Set<PlatformStack>();
  const visit = (stack: PlatformStack): void => {
    if (ordered.has(stack)) return;
    for (const dependency of stacks.filter((other) => stack.dependencies.includes(other))) visit(dependency);
    ordered.add(stack);
  };
  stacks.forEach(visit);
  return [...ordered];
}

function describeStack(
  stack: PlatformStack,
  environment: PlatformEnvironment,
  content: StackContent | undefined,
): StackDescription {
  const group = environment.config.groups.find((name) => name === stack.part);
  return {
    id: stack.node.id,
    kind: group === undefined ? (stack.part.endsWith("-images") ? "images" : "support") : "group",
    group,
    dependsOn: stack.dependencies.map(({ node }) => node.id),
    builds: content?.builds ?? [],
    volumes: content?.volumes ?? [],
    networks: content?.networks ?? [],
  };
}

function describeComponent(component: Component): ComponentDescription {
  const endpoints = component.endpoints.map((endpoint) => describeEndpoint(component, endpoint));
  return {
    name: component.name,
    group: component.group,
    services: component.services.map(describeService),
    endpoints,
    logins: component.services.flatMap(({ spec }) =>
      (spec.logins ?? []).map(({ endpoint, user, password }) => {
        const described = endpoints.find(({ id }) => id === endpoint.id);
        return { endpoint: endpoint.id, url: described?.page ?? described?.url, user, secret: password.id };
      }),
    ),
  };
}

function describeService({ name, spec }: Service): ServiceDescription {
  return {
    name,
    replicas: typeof spec.replicas === "object" ? spec.replicas.desired : (spec.replicas ?? 1),
    image: imageText(spec.image),
    cpus: spec.resources.cpus,
    memoryMiB: spec.resources.memoryMiB,
  };
}

function imageText(image: ImageRef): string {
  return image.kind === "own" ? `datalab/${image.name}` : image.reference;
}

function describeEndpoint(component: Component, endpoint: Endpoint): EndpointDescription {
  const { runtime } = component.platformStack;
  const port = runtime.operatorPort(endpoint);
  const address = (form: "authority" | "url", from: Viewpoint): string =>
    runtime.address(new Address(endpoint, form, from));
  const url = port === undefined ? undefined : address("url", "operator");
  return {
    id: endpoint.id,
    name: endpoint.name,
    scheme: endpoint.scheme,
    protocol: endpoint.protocol,
    internal: address("authority", "mesh"),
    url,
    port,
    page: url === undefined || endpoint.page === false ? undefined : url + endpoint.page,
  };
}

function describeSecret(secret: Secret, environment: PlatformEnvironment): SecretDescription {
  const users = environment.components
    .flatMap((component) => component.services)
    .filter((service) => usesSecret(service, secret))
    .map(({ name }) => name);
  return {
    id: secret.id,
    component: secret.owner.name,
    format: secret.format,
    changeInData: secret.changeInData,
    usedBy: users,
  };
}

function usesSecret(service: Service, secret: Secret): boolean {
  return referencesOf(service).secrets.includes(secret);
}
