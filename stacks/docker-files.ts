import { join } from "node:path";
import type { PlatformEnvironment } from "../constructs/core/environment";
import { createPrivate, privateFolder } from "../constructs/core/private-files";
import { ensureCheckoutId } from "../constructs/docker/checkout";
import { ensureSecretFiles, type StoredSecret } from "../constructs/docker/secret-files";

/** What of an environment lies beside its synthesised files: facts that need no construct. */
export interface LaidOut {
  readonly name: string;
  readonly target: "docker" | "aws";
  readonly stacks: readonly { readonly id: string }[];
  readonly secrets: Iterable<StoredSecret>;
}

/**
 * Lays out what Terraform expects beside the synthesised files of a Docker environment:
 * secrets, the checkout's id, and folders that only their owner reads.
 *
 * @throws ConfigurationError when there is a symbolic link in the way, or a secret that cannot be used.
 */
export function layOutDockerFiles(top: string, environment: LaidOut): void {
  if (environment.target !== "docker") return;
  privateFolder(top, ".datalab", "logs");
  const states = privateFolder(top, ".datalab", "state");
  ensureCheckoutId(top);
  for (const stack of environment.stacks) {
    // Terraform keeps the mode of a state file but would create it readable for everybody.
    createPrivate(join(states, `${stack.id}.tfstate`), "");
  }
  ensureSecretFiles(top, environment.name, environment.secrets);
}

/** The same for an environment that has just been put together. */
export function prepareDockerFiles(top: string, { name, config, stacks, secrets }: PlatformEnvironment): void {
  layOutDockerFiles(top, { name, target: config.target, stacks, secrets: secrets.values() });
}
