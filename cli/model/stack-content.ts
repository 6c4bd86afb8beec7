import type { BuildDescription, ContainerDescription } from "./description";

/** What a stack of a Docker environment holds, out of its synthesised form. */
export interface StackContent {
  readonly containers: readonly ContainerDescription[];
  readonly builds: readonly BuildDescription[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

interface SynthesisedContainer {
  readonly name: string;
  readonly image: string;
  readonly memory?: number;
  readonly memory_reservation?: number;
  readonly cpus?: string;
  readonly wait_timeout?: number;
  readonly destroy_grace_seconds?: number;
  readonly ports?: readonly { ip: string; external: number; internal: number; protocol: string }[];
  readonly volumes?: readonly { volume_name: string }[];
  readonly labels?: readonly { label: string; value: string }[];
  readonly depends_on?: readonly string[];
}

interface SynthesisedImage {
  readonly name: string;
  readonly build?: SynthesisedBuild | readonly SynthesisedBuild[];
}

interface SynthesisedBuild {
  readonly build_args?: { readonly BASE_IMAGE?: string };
}

interface SynthesisedStack {
  readonly resource?: {
    readonly docker_container?: Readonly<Record<string, SynthesisedContainer>>;
    readonly docker_image?: Readonly<Record<string, SynthesisedImage>>;
    readonly docker_volume?: Readonly<Record<string, { readonly name: string }>>;
    readonly docker_network?: Readonly<Record<string, { readonly name: string }>>;
  };
}

const containerPrefix = "docker_container.";
const defaultGraceSeconds = 10;

/** Reads the Terraform JSON of one stack. */
export function readStack(id: string, synthesised: unknown): StackContent {
  const resources = (synthesised as SynthesisedStack).resource ?? {};
  return {
    containers: Object.entries(resources.docker_container ?? {}).map(([key, value]) => readContainer(id, key, value)),
    builds: Object.entries(resources.docker_image ?? {}).map(([key, image]) => readBuild(key, image)),
    volumes: Object.values(resources.docker_volume ?? {}).map(({ name }) => name),
    networks: Object.values(resources.docker_network ?? {}).map(({ name }) => name),
  };
}

function readContainer(stack: string, id: string, container: SynthesisedContainer): ContainerDescription {
  const labels = Object.fromEntries((container.labels ?? []).map(({ label, value }) => [label, value]));
  const memoryMiB = container.memory ?? 0;
  return {
    id,
    name: container.name,
    stack,
    group: labels["datalab.group"] ?? "",
    component: labels["datalab.component"] ?? "",
    service: labels["datalab.service"] ?? id,
    kind: labels["datalab.kind"] === "init" ? "init" : "service",
    image: container.image,
    ports: (container.ports ?? []).map(({ ip, external, internal, protocol }) => ({
      address: ip,
      port: external,
      internal,
      protocol,
    })),
    memoryMiB,
    cpus: Number(container.cpus ?? 0),
    reservedMemoryMiB: container.memory_reservation ?? Math.floor(memoryMiB / 2),
    volumes: (container.volumes ?? []).map(({ volume_name }) => volume_name),
    waitSeconds: container.wait_timeout ?? 60,
    stopGraceSeconds: container.destroy_grace_seconds ?? defaultGraceSeconds,
    after: (container.depends_on ?? [])
      .filter((address) => address.startsWith(containerPrefix))
      .map((address) => address.slice(containerPrefix.length)),
  };
}

function readBuild(id: string, image: SynthesisedImage): BuildDescription {
  const build = Array.isArray(image.build)
    ? (image.build as readonly SynthesisedBuild[])[0]
    : (image.build as SynthesisedBuild | undefined);
  return { id, name: image.name, base: build?.build_args?.BASE_IMAGE };
}
