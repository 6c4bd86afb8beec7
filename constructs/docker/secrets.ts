import type { ContainerUpload } from "@cdktf/provider-docker/lib/container";
import type { Secret } from "../core/reference";
import { literal } from "../core/terraform-text";
import { secretsFolder } from "./secret-paths";
import { topFromStack } from "./top-from-stack";

/** Where the generated script lies that starts a service or is a step. */
export const launchPath = "/run/datalab/launch.sh";

/**
 * Brings a secret's own file into a container. Terraform reads the path and a hash of the content,
 * so that the value is in neither plan nor state, and a rotation is noticed.
 */
export function secretUpload(environment: string, secret: Secret): ContainerUpload {
  const source = `${topFromStack}/${secretsFolder(environment)}/${secret.id}`;
  return {
    file: secretPath(secret),
    source,
    sourceHash: `\${filesha256("${source}")}`,
    // Files arrive as root's; the account that the image runs as has to read it.
    permissions: "0444",
  };
}

/** Brings a generated script into a container. */
export function launchUpload(file: string, content: string): ContainerUpload {
  return { file, content: literal(content), permissions: "0555" };
}

/** Reads the secret, inside double quotes. */
export function secretInShell(secret: Secret): string {
  return `$(cat ${secretPath(secret)})`;
}

/** The secret's file in the container. */
export function secretPath(secret: Secret): string {
  return `/run/secrets/${secret.id}`;
}
