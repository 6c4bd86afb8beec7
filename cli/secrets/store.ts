import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { secretsFolder } from "../../constructs/docker/secrets";

/** The file of a secret of a Docker environment. */
export function secretFile(top: string, environment: string, id: string): string {
  return join(top, secretsFolder(environment), id);
}

/** The value, or undefined where there is none yet. */
export function readSecret(top: string, environment: string, id: string): string | undefined {
  const file = secretFile(top, environment, id);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** When the value was made, as ISO time; undefined where there is none yet. */
export function secretMade(top: string, environment: string, id: string): string | undefined {
  const file = secretFile(top, environment, id);
  return existsSync(file) ? statSync(file).mtime.toISOString() : undefined;
}
