import { Image } from "@cdktf/provider-docker/lib/image";
import type { PlatformEnvironment } from "../core/environment";
import { type ImageRef, mirrored, type OwnImage } from "../core/image";
import { buildArguments, contentTag } from "../core/image-content";
import { addressOf } from "./address";
import { DockerStack } from "./docker-stack";
import { topFromStack } from "./top-from-stack";

/**
 * The builds of one group's own images. They have a stack of their own, applied before the group's:
 * Terraform takes a container down before it builds the image that replaces it, so a broken build
 * in the same stack would be an outage.
 */
export class ImagesStack extends DockerStack {
  readonly kind = "images";
  private readonly built = new Set<string>();

  constructor(
    environment: PlatformEnvironment,
    readonly group: string,
  ) {
    super(environment, `${group}-images`);
  }

  build(image: OwnImage): void {
    if (this.built.has(image.name)) return;
    this.built.add(image.name);
    const name = imageName(image, this.docker.imageRegistry);
    const built = new Image(this, image.name, {
      name,
      keepLocally: true,
      buildAttribute: {
        context: `${topFromStack}/images/${image.name}`,
        buildArgs: buildArguments(image, this.docker.imageRegistry),
        buildLogFile: `${topFromStack}/.datalab/logs/build-${image.name}.log`,
      },
      triggers: { name },
    });
    const base = mirrored(image.base.reference, this.docker.imageRegistry);
    this.facts.builds.push({ id: image.name, address: addressOf(built), name, base });
  }
}

/** The name under which containers use an image; an own image carries the hash of its content. */
export function imageName(image: ImageRef, registry: string | undefined): string {
  if (image.kind === "upstream") return mirrored(image.reference, registry);
  return `datalab/${image.name}:${contentTag(image, registry)}`;
}
