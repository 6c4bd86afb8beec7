import { join } from "node:path";
import { hashOfFolder } from "./content-hash";
import { mirrored, type OwnImage } from "./image";
import { projectFolder } from "./project";

/** Arguments of an own image's build. */
export function buildArguments(image: OwnImage, registry: string | undefined): Record<string, string> {
  return { BASE_IMAGE: mirrored(image.base.reference, registry) };
}

/** The tag of an own image: a hash of all that goes into its build. */
export function contentTag(image: OwnImage, registry: string | undefined): string {
  return hashOfFolder(join(projectFolder(), "images", image.name), buildArguments(image, registry));
}
