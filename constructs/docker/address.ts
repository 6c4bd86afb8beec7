import type { TerraformResource } from "cdktf";

/** Terraform's address of a resource inside its stack, for example `docker_container.minio`. */
export function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
