import { statSync } from "node:fs";
import { isWellFormed, type StoredSecret } from "../../constructs/docker/secret-files";
import { secretFile } from "../../constructs/docker/secret-paths";
import { readPrivate } from "../files";

/** What there is of a secret on this machine. */
export interface SecretStatus {
  /** When the value was made, as ISO time. */
  readonly made: string;
  /** Whether the file holds what the secret's format promises. */
  readonly usable: boolean;
}

/** The state of a secret's file; undefined where there is none yet. */
export function secretStatus(top: string, environment: string, secret: StoredSecret): SecretStatus | undefined {
  const file = secretFile(top, environment, secret.id);
  const value = readPrivate(file);
  if (value === undefined) return undefined;
  return { made: statSync(file).mtime.toISOString(), usable: isWellFormed(secret.format, value.toString("utf8")) };
}
