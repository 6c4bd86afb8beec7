import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlatformEnvironment } from "../constructs/core/environment";
import { ensureCheckoutId } from "../constructs/docker/checkout";
import { ensureSecretFiles } from "../constructs/docker/secret-files";

/**
 * Lays out what Terraform expects beside the synthesised files of a Docker environment:
 * secrets, the checkout's id, and folders that only their owner reads.
 */
export function prepareDockerFiles(top: string, environment: PlatformEnvironment): void {
  if (environment.config.target !== "docker") return;
  for (const folder of [".datalab", ".datalab/state", ".datalab/logs"]) {
    mkdirSync(join(top, folder), { recursive: true, mode: 0o700 });
    chmodSync(join(top, folder), 0o700);
  }
  ensureCheckoutId(top);
  for (const stack of environment.stacks) {
    // Terraform keeps the mode of a state file but would create it readable for everybody.
    const state = join(top, ".datalab/state", `${stack.id}.tfstate`);
    makeEmpty(state);
  }
  ensureSecretFiles(top, environment.name, environment.secrets.values());
}

/** Makes a file where there is none. One that appears in the meantime is somebody's state, and is never emptied. */
function makeEmpty(file: string): void {
  if (existsSync(file)) return;
  try {
    writeFileSync(file, "", { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
