import { statSync } from "node:fs";
import { expiry, type StoredSecret } from "../../constructs/docker/secret-files";
import { secretFile } from "../../constructs/docker/secret-paths";
import { isWellFormed } from "../../constructs/docker/secret-values";
import { readPrivate } from "../files";

/** What there is of a secret on this machine. */
export interface SecretStatus {
  /** When the value was made, as ISO time. */
  readonly made: string;
  /** Whether the file holds what the secret's format promises. */
  readonly usable: boolean;
  /** For certificates: until when it is valid, as ISO time. */
  readonly expires: string | undefined;
}

/** The state of a secret's file; undefined where there is none yet. */
export function secretStatus(top: string, environment: string, secret: StoredSecret): SecretStatus | undefined {
  const file = secretFile(top, environment, secret.id);
  const value = readPrivate(file);
  if (value === undefined) return undefined;
  const usable = isWellFormed(secret.format, value);
  return {
    made: statSync(file).mtime.toISOString(),
    usable,
    expires: usable ? expiry(secret.format, value) : undefined,
  };
}
