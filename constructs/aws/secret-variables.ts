import type { Secret } from "../core/reference";

/** The variable in which ECS delivers a secret, for example `DATALAB_SECRET_POSTGRES_ADMIN_PASSWORD`. */
export function secretVariable(secret: Secret): string {
  return `DATALAB_SECRET_${secret.id.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}

/** Reads the secret, inside double quotes. */
export function secretInShell(secret: Secret): string {
  return `\${${secretVariable(secret)}}`;
}
