import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Lets Terraform take its providers from a mirror below the user's cache, where there is one and the user has
 * configured nothing else. Elsewhere they come from Terraform's registry.
 */
export function useLocalMirror(): void {
  const configured = process.env["TF_CLI_CONFIG_FILE"];
  if (configured !== undefined && existsSync(configured)) return;
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const mirror = join(cache, "datalab/terraform-mirror/terraform.rc");
  if (existsSync(mirror)) process.env["TF_CLI_CONFIG_FILE"] = mirror;
}
