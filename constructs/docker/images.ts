import { Image } from "@cdktf/provider-docker/lib/image";
import { mirrored, type OwnImage, rootOf } from "../core/image";
import { buildArguments, imageName } from "../core/image-content";
import { addressOf } from "./address";
import { DockerStack } from "./docker-stack";
import type { FoundationStack } from "./foundation-stack";
import { topFromStack } from "./top-from-stack";

/**
 * The builds of one group's own images. They have a stack of their own, applied before the group's:
 * Terraform takes a container down before it builds the image that replaces it, so a broken build
 * in the same stack would be an outage.
 */
export class ImagesStack extends DockerStack {
  readonly kind = "images";

  constructor(
    private readonly foundation: FoundationStack,
    readonly group: string,
  ) {
    super(foundation.environment, `${group}-images`);
  }

  /** Builds an image after those that it builds upon. One that another group builds already is left to that one. */
  build(image: OwnImage): void {
    const { builders } = this.foundation;
    const builder = builders.get(image.name);
    if (builder === this) return;
    if (builder) {
      this.addDependency(builder);
      return;
    }
    builders.set(image.name, this);
    if (image.base.kind === "own") this.build(image.base);
    const base = this.node.tryFindChild(image.base.kind === "own" ? image.base.name : "");
    const name = imageName(image, this.docker.imageRegistry);
    const built = new Image(this, image.name, {
      name,
      keepLocally: true,
      buildAttribute: {
        context: `${topFromStack}/images/${image.folder}`,
        buildArgs: buildArguments(image, this.docker.imageRegistry),
        buildLogFile: `${topFromStack}/.datalab/logs/build-${image.name}.log`,
      },
      triggers: { name },
      ...(base instanceof Image ? { dependsOn: [base] } : {}),
    });
    const root = mirrored(rootOf(image).reference, this.docker.imageRegistry);
    const upon = image.base.kind === "own" ? { upon: imageName(image.base, this.docker.imageRegistry) } : {};
    this.facts.builds.push({ id: image.name, address: addressOf(built), name, base: root, ...upon });
  }
}
