import type { GroupName } from "../../config/schema";
import { DockerRuntime } from "./docker-runtime";
import { DockerStack } from "./docker-stack";
import type { FoundationStack } from "./foundation-stack";
import { ImagesStack } from "./images";
import type { PublishedPorts } from "./published-ports";

/** The containers of one group. */
export class DockerGroupStack extends DockerStack {
  readonly runtime: DockerRuntime;
  private imagesStack: ImagesStack | undefined;

  constructor(
    readonly foundation: FoundationStack,
    readonly publishedPorts: PublishedPorts,
    group: GroupName,
  ) {
    super(foundation.environment, group);
    this.addDependency(foundation);
    this.runtime = new DockerRuntime(this);
  }

  /** The stack that builds this group's images; it exists only where there are any. */
  get images(): ImagesStack {
    if (!this.imagesStack) {
      this.imagesStack = new ImagesStack(this.environment, this.group);
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
