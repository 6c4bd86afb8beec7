import type { ComponentRecord, Service } from "../../constructs/core/component-record";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import type { GroupStack } from "../../constructs/core/group-stack";
import type { ImageRef } from "../../constructs/core/image";
import { Address, type Endpoint, type Secret, type Viewpoint } from "../../constructs/core/reference";
import type { StackRecord } from "../../constructs/core/stack-record";
import { usesOfService } from "../../constructs/core/uses";
import { relationsOf } from "./relations";
import type {
  ComponentDescription,
  EndpointDescription,
  EnvironmentDescription,
  FolderDescription,
  SecretDescription,
  ServiceDescription,
  StackDescription,
} from "./description";

/** What the command line has to know of an environment, out of the facts that its stacks recorded. */
export function describe(environment: PlatformEnvironment): EnvironmentDescription {
  const stacks = inOrder(environment.stacks);
  const users = usersOfSecrets(environment);
  return {
    name: environment.name,
    target: environment.config.target,
    dataDeletion: environment.config.dataDeletion,
    groups: environment.config.groups,
    stacks: stacks.map(describeStack),
    components: environment.components.map((component) =>
      describeComponent(component, groupStackOf(stacks, component), environment),
    ),
    containers: stacks.flatMap(({ facts }) => facts.containers),
    spawned: stacks.flatMap(({ facts }) => facts.spawned),
    secrets: [...environment.secrets.values()].map((secret) => describeSecret(secret, users.get(secret.id) ?? [])),
    folders: foldersOf(environment),
  };
}

/** Stacks after those that they depend on, otherwise in the order in which they were made. */
function inOrder(stacks: readonly StackRecord[]): StackRecord[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const ordered = new Set<StackRecord>();
  const visit = (stack: StackRecord): void => {
    if (ordered.has(stack)) return;
    for (const id of stack.appliedAfter) {
      const dependency = byId.get(id);
      if (dependency) visit(dependency);
    }
    ordered.add(stack);
  };
  stacks.forEach(visit);
  return [...ordered];
}

function describeStack({ id, kind, group, appliedAfter, facts }: StackRecord): StackDescription {
  const { builds, volumes, networks, addresses } = facts;
  return {
    id,
    kind,
    group: kind === "group" ? group : undefined,
    dependsOn: [...appliedAfter],
    builds,
    volumes,
    networks,
    addresses,
  };
}

function groupStackOf(stacks: readonly StackRecord[], { name, stackId }: ComponentRecord): GroupStack {
  const stack = stacks.find(({ id }) => id === stackId);
  if (!stack || !("runtime" in stack)) throw new Error(`${name} is outside a group's stack`);
  return stack as GroupStack;
}

function describeComponent(
  component: ComponentRecord,
  stack: GroupStack,
  environment: PlatformEnvironment,
): ComponentDescription {
  const endpoints = component.endpoints.map((endpoint) => describeEndpoint(endpoint, stack));
  return {
    name: component.name,
    group: component.group,
    ...relationsOf(component, environment),
    observes: component.observes,
    registers: component.registers ?? [],
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

function describeEndpoint(endpoint: Endpoint, { runtime }: GroupStack): EndpointDescription {
  const port = runtime.operatorPort(endpoint);
  const address = (form: "authority" | "url", from: Viewpoint): string =>
    runtime.address(new Address(endpoint, form, from));
  const url = port === undefined ? undefined : address("url", "operator");
  return {
    id: endpoint.id,
    name: endpoint.name,
    scheme: endpoint.scheme,
    protocol: endpoint.protocol,
    internal: address("authority", "platform"),
    url,
    port,
    page: url === undefined || endpoint.page === false ? undefined : url + endpoint.page,
  };
}

function describeSecret(secret: Secret, usedBy: readonly string[]): SecretDescription {
  const { id, owner, format, changeInData } = secret;
  return { id, component: owner, format, changeInData, usedBy };
}

/** Those that lie in the repository; what the sources make changes with them only. */
function foldersOf({ components }: PlatformEnvironment): FolderDescription[] {
  const all = components.flatMap(({ services }) => services.flatMap(({ spec }) => Object.values(spec.trees ?? {})));
  const trees = all.filter(({ generated }) => !generated);
  return [...new Map(trees.map(({ path, hash }) => [path, { path, hash }])).values()];
}

/** Names of the services that read each secret, by its id. */
function usersOfSecrets(environment: PlatformEnvironment): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const service of environment.components.flatMap((component) => component.services)) {
    for (const { id } of usesOfService(service).secrets) {
      const names = users.get(id);
      if (names) names.push(service.name);
      else users.set(id, [service.name]);
    }
  }
  return users;
}
