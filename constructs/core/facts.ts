import type { SecretFormat } from "./secret-format";

/** A port of the host that a container takes. */
export interface PublishedPort {
  readonly address: string;
  readonly port: number;
  readonly internal: number;
  readonly protocol: string;
}

/** A folder or socket of the engine's machine that a container sees. */
export interface HostPath {
  readonly path: string;
  readonly purpose: "engine-socket" | "container-logs" | "host-metrics" | "container-metrics";
}

/** One container that a stack of a Docker environment holds. */
export interface ContainerDescription {
  /** Unique in its stack: the service's or replica's name, or that of a step. */
  readonly id: string;
  /** Terraform's address of it in its stack. */
  readonly address: string;
  /** The engine's name of it. */
  readonly name: string;
  readonly stack: string;
  readonly group: string;
  readonly component: string;
  readonly service: string;
  readonly kind: "service" | "init";
  readonly image: string;
  readonly ports: readonly PublishedPort[];
  /** Limits, in MiB and cores. */
  readonly memoryMiB: number;
  readonly cpus: number;
  /** Memory kept for it, in MiB. */
  readonly reservedMemoryMiB: number;
  readonly volumes: readonly string[];
  /** Names of the networks that it is on. */
  readonly networks: readonly string[];
  /** What it sees of the engine's machine. */
  readonly hostPaths: readonly HostPath[];
  /** Seconds that a start may take. */
  readonly waitSeconds: number;
  /** Seconds between the request to stop and the kill. */
  readonly stopGraceSeconds: number;
  /** Ids of the containers of the same stack that come first. */
  readonly after: readonly string[];
}

/** Containers that a service of a stack makes itself. */
export interface SpawnedDescription {
  readonly stack: string;
  readonly group: string;
  readonly component: string;
  /** What they are called together. */
  readonly name: string;
  readonly image: string;
  /** Limits of one, in MiB and cores. */
  readonly memoryMiB: number;
  readonly cpus: number;
  /** Most that run at the same time. */
  readonly most: number;
}

/** One of our own images that a stack builds. */
export interface BuildDescription {
  readonly id: string;
  /** Terraform's address of it in its stack. */
  readonly address: string;
  readonly name: string;
  readonly base: string | undefined;
  /** Name of the image of our own that it is made from, which another stack may build. Undefined for most. */
  readonly upon?: string;
}

/** What one stack holds. A target fills it in while it lowers. */
export interface StackFacts {
  readonly containers: ContainerDescription[];
  readonly spawned: SpawnedDescription[];
  readonly builds: BuildDescription[];
  /** Names of the volumes and networks. */
  readonly volumes: string[];
  readonly networks: string[];
  /** Terraform's addresses of volumes and networks, by their names. */
  readonly addresses: Record<string, string>;
}

/** Facts to be filled in. */
export function noFacts(): StackFacts {
  return { containers: [], spawned: [], builds: [], volumes: [], networks: [], addresses: {} };
}

export interface StackDescription {
  readonly id: string;
  readonly kind: "group" | "images" | "foundation";
  /** For a stack of kind `group`. */
  readonly group: string | undefined;
  /** Ids of the stacks that are applied first. */
  readonly dependsOn: readonly string[];
  readonly builds: readonly BuildDescription[];
  /** Names of the volumes and networks that the stack holds. */
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  /** Terraform's addresses of these, by their names. */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface EndpointDescription {
  /** `component.endpoint`. */
  readonly id: string;
  readonly name: string;
  readonly scheme: string;
  readonly protocol: string;
  /** `host:port` inside the platform. */
  readonly internal: string;
  /** Address for the operator; undefined where it is not published. */
  readonly url: string | undefined;
  /** The published port, where the target has host ports. */
  readonly port: number | undefined;
  /** Address of the page for a person; undefined where there is none. */
  readonly page: string | undefined;
}

export interface LoginDescription {
  readonly endpoint: string;
  readonly url: string | undefined;
  readonly user: string;
  /** Id of the secret. */
  readonly secret: string;
}

export interface ServiceDescription {
  readonly name: string;
  readonly replicas: number;
  readonly image: string;
  /** Limits of one replica, in cores and MiB. */
  readonly cpus: number;
  readonly memoryMiB: number;
}

export interface ComponentDescription {
  readonly name: string;
  readonly group: string;
  /** Names of the components that it waits for; when they go down, so does it. */
  readonly standsOn: readonly string[];
  /** Names of the components that have to run for it to be of use: those, and some that it looks for by itself. */
  readonly needs: readonly string[];
  /** Ids of the steps that it brings to its stack: its own, and those of its references. */
  readonly steps: readonly string[];
  /** Name of the component that it shows metrics of, for an exporter. */
  readonly observes: string | undefined;
  /** For the registry's agent of a group: ids of the services that it registers. */
  readonly registers: readonly string[];
  readonly services: readonly ServiceDescription[];
  readonly endpoints: readonly EndpointDescription[];
  readonly logins: readonly LoginDescription[];
}

export interface SecretDescription {
  /** `component.name`. */
  readonly id: string;
  readonly component: string;
  readonly format: SecretFormat;
  /** Script that changes the value where the software keeps it inside its data; see Secret. */
  readonly changeInData: string | undefined;
  /** Names of the services that read it. */
  readonly usedBy: readonly string[];
}

/** A folder of the repository that services get to read. */
export interface FolderDescription {
  /** Relative to the repository's top. */
  readonly path: string;
  /** Hash of its content when it was read. */
  readonly hash: string;
}

/** One environment as the command line sees it: plain data, nothing of the constructs. */
export interface EnvironmentDescription {
  readonly name: string;
  readonly target: "docker" | "aws";
  readonly dataDeletion: "allowed" | "forbidden";
  readonly groups: readonly string[];
  /** In the order in which they are applied. */
  readonly stacks: readonly StackDescription[];
  readonly components: readonly ComponentDescription[];
  /** Empty on targets without containers of our own. */
  readonly containers: readonly ContainerDescription[];
  readonly spawned: readonly SpawnedDescription[];
  readonly secrets: readonly SecretDescription[];
  /** Each once. */
  readonly folders: readonly FolderDescription[];
}
