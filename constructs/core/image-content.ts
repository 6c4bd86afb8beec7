import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashOfFolder } from "./content-hash";
import { complain } from "./errors";
import { mirrored, type OwnImage } from "./image";
import { projectFolder } from "./project";

/** Arguments of an own image's build. */
export function buildArguments(image: OwnImage, registry: string | undefined): Record<string, string> {
  return { BASE_IMAGE: mirrored(image.base.reference, registry) };
}

/**
 * The tag of an own image: a hash of all that goes into its build.
 *
 * @throws ConfigurationError when there is nothing to build it from.
 */
export function contentTag(image: OwnImage, registry: string | undefined): string {
  const folder = join(projectFolder(), "images", image.name);
  if (!existsSync(join(folder, "Dockerfile"))) {
    throw complain({
      key: `images/${image.name}`,
      given: existsSync(folder) ? "a folder without a Dockerfile" : "no such folder",
      allowed: "a folder with a Dockerfile",
      remedy: `Restore it (git checkout -- images/${image.name}), or remove the image from config/images.ts and whatever runs it.`,
    });
  }
  return hashOfFolder(folder, buildArguments(image, registry));
}
