import type { GroupName } from "../../config/schema";
import type { Container } from "@cdktf/provider-docker/lib/container";
import { Construct } from "constructs";
import type { GroupStack } from "../core/group-stack";
import type { EngineMode } from "../core/host-access";
import type { ImageRef } from "../core/image";
import { imageName } from "../core/image-content";
import { DockerRuntime } from "./docker-runtime";
import { DockerStack } from "./docker-stack";
import type { FoundationStack } from "./foundation-stack";
import { ImagesStack } from "./images";
import { createEngineNetwork, type JoinedNetwork } from "./networks";
import type { PublishedPorts } from "./published-ports";

/** The containers of one group. */
export class DockerGroupStack extends DockerStack implements GroupStack {
  readonly kind = "group";
  readonly runtime: DockerRuntime;
  /** Parent of all containers, which may be called like the components that live in the stack itself. */
  readonly containers = new Construct(this, "containers");
  private readonly shared = new Map<string, Container>();
  private readonly engineNetworks = new Map<EngineMode, JoinedNetwork>();
  private imagesStack: ImagesStack | undefined;

  constructor(
    readonly foundation: FoundationStack,
    readonly publishedPorts: PublishedPorts,
    readonly group: GroupName,
  ) {
    super(foundation.environment, group);
    this.addDependency(foundation);
    this.runtime = new DockerRuntime(this);
  }

  /** The name under which containers of this group use an image; one of our own is built before they are made. */
  imageName(image: ImageRef): string {
    if (image.kind === "own") this.images.build(image);
    return imageName(image, this.docker.imageRegistry);
  }

  /** A container that several services of the stack ask for, made once. */
  once(id: string, make: () => Container): Container {
    const known = this.shared.get(id);
    if (known) return known;
    const made = make();
    this.shared.set(id, made);
    return made;
  }

  /** The network of one way into the engine; it exists only where a service of the group has it. */
  engineNetwork(mode: EngineMode): JoinedNetwork {
    const known = this.engineNetworks.get(mode);
    if (known) return known;
    const made = createEngineNetwork(this, mode);
    this.engineNetworks.set(mode, made);
    return made;
  }

  /** The stack that builds this group's images; it exists only where there are any. */
  private get images(): ImagesStack {
    if (!this.imagesStack) {
      this.imagesStack = new ImagesStack(this.foundation, this.group);
      this.addDependency(this.imagesStack);
    }
    return this.imagesStack;
  }

  /** Host name under which the operator reaches published ports. */
  get operatorHost(): string {
    const { operatorHost, bindAddress } = this.docker;
    if (operatorHost !== undefined) return operatorHost;
    return bindAddress === "127.0.0.1" || bindAddress === "0.0.0.0" ? "localhost" : bindAddress;
  }
}
