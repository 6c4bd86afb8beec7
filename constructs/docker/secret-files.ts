import { join } from "node:path";
import { ConfigurationError } from "../core/errors";
import { createPrivate, privateFolder, readPrivate, removeUnfinished } from "../core/private-files";
import type { Secret, SecretFormat } from "../core/reference";
import { secretFile, secretsFolder } from "./secret-paths";
import { generate, shapeOf } from "./secret-values";

/** What of a secret its file depends on. */
export interface StoredSecret {
  readonly id: string;
  readonly format: SecretFormat;
  /** See Secret. */
  readonly changeInData?: string | undefined;
}

/**
 * Makes the files of secrets that have none yet; those that exist are left as they are. Several commands
 * may do so at once: all end with the same values.
 *
 * @throws ConfigurationError when an existing file is empty or malformed: what it held may be in use.
 */
export function ensureSecretFiles(top: string, environment: string, secrets: Iterable<Secret>): void {
  const folder = privateFolder(top, ...secretsFolder(environment).split("/"));
  removeUnfinished(folder);
  for (const secret of secrets) {
    if (readSecret(top, environment, secret) !== undefined) continue;
    createPrivate(join(folder, secret.id), generate(secret.format));
  }
}

/**
 * The value of a secret, or undefined where there is none yet.
 *
 * @throws ConfigurationError when the file does not hold what the secret's format promises.
 */
export function readSecret(top: string, environment: string, secret: StoredSecret): string | undefined {
  const value = readPrivate(secretFile(top, environment, secret.id))?.toString("utf8");
  if (value !== undefined && !isWellFormed(secret.format, value)) throw malformed(environment, secret, value);
  return value;
}

/** Whether a text can be a value of this format. */
export function isWellFormed(format: SecretFormat, value: string): boolean {
  return shapeOf(format).pattern.test(value);
}

function malformed(environment: string, { id, format, changeInData }: StoredSecret, value: string): ConfigurationError {
  const file = `${secretsFolder(environment)}/${id}`;
  const held = value === "" ? "is empty" : "is not what datalab wrote";
  // Where the software keeps the value in its data, changing it there takes the old one.
  const anew =
    changeInData === undefined
      ? ` Or give it a new value everywhere: ./datalab secrets rotate ${id} --env ${environment}, then ./datalab up --env ${environment}.`
      : "";
  return new ConfigurationError(
    `${file} ${held}; it has to hold ${shapeOf(format).words}, and nothing else. It was not used, and nothing was changed. ` +
      "If this environment was never brought up, delete the file: the next command makes a new one. " +
      "Otherwise put the value back, from a backup or from a container that uses it " +
      `(docker cp CONTAINER:/run/secrets/${id} ${file}; ./datalab secrets list --env ${environment} names the users).${anew}`,
  );
}
