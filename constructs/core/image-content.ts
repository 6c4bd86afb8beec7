import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashOfFolder } from "./content-hash";
import { complain } from "./errors";
import { type ImageRef, mirrored, type OwnImage } from "./image";
import { projectFolder } from "./project";

/** The name of an image on an engine; an own image carries the hash of its content. */
export function imageName(image: ImageRef, registry: string | undefined): string {
  if (image.kind === "upstream") return mirrored(image.reference, registry);
  return `datalab/${image.name}:${contentTag(image, registry)}`;
}

/** Arguments of an own image's build. */
export function buildArguments(image: OwnImage, registry: string | undefined): Record<string, string> {
  return { BASE_IMAGE: imageName(image.base, registry) };
}

/**
 * The tag of an own image: a hash of all that goes into its build.
 *
 * @throws ConfigurationError when there is nothing to build it from.
 */
export function contentTag(image: OwnImage, registry: string | undefined): string {
  const folder = join(projectFolder(), "images", image.folder);
  if (!existsSync(join(folder, "Dockerfile"))) {
    throw complain({
      key: `images/${image.folder}`,
      given: existsSync(folder) ? "a folder without a Dockerfile" : "no such folder",
      allowed: "a folder with a Dockerfile",
      remedy: `Restore it (git checkout -- images/${image.folder}), or remove the image from config/images.ts and whatever runs it.`,
    });
  }
  return hashOfFolder(folder, buildArguments(image, registry));
}
