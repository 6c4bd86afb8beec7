import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { ConfigurationError } from "../core/errors";
import { createPrivate, privateFolder, readPrivate, removeUnfinished } from "../core/private-files";
import { isGiven, madeFrom, type SecretFormat } from "../core/secret-format";
import { ensureAuthority, ensureLeaf } from "./certificates/files";
import { issueLeaf } from "./certificates/issue";
import { certificatesIn } from "./certificates/pem";
import { ensureDerived } from "./derived-secrets";
import { secretFile, secretsFolder } from "./secret-paths";
import { expectedWords, generate, isWellFormed } from "./secret-values";

/** What of a secret its file depends on. */
export interface StoredSecret {
  readonly id: string;
  readonly format: SecretFormat;
  /** See Secret. */
  readonly changeInData?: string | undefined;
}

/**
 * Makes the files of secrets that have none yet; those that exist are left as they are, but for certificates
 * that end soon and for what is made from another secret that has changed. Several commands may do so at once:
 * all end with the same values.
 *
 * @throws ConfigurationError when an existing file is empty or malformed: what it held may be in use.
 */
export function ensureSecretFiles(
  top: string,
  environment: string,
  secrets: Iterable<StoredSecret>,
  now: Date = new Date(),
): void {
  const folder = environmentFolder(top, environment);
  removeUnfinished(folder);
  const all = [...secrets];
  const certificates = all.filter(({ format }) => isBundleFormat(format));
  for (const secret of all) {
    if (isDerived(secret.format) || isBundleFormat(secret.format)) continue;
    if (readSecret(top, environment, secret) !== undefined) continue;
    if (isGiven(secret.format)) throw missing(environment, secret);
    createPrivate(join(folder, secret.id), generate(secret.format));
  }
  const authority = certificates.length === 0 ? "" : ensureAuthority(folder, environment, now);
  for (const { format } of certificates) {
    if (isBundleFormat(format)) ensureLeaf(folder, format.certificate, authority, now);
  }
  for (const { id, format } of all) {
    if (!isDerived(format)) continue;
    const sources = madeFrom(format).map((source) => {
      const value = readPrivate(join(folder, source));
      if (value === undefined) throw new Error(`${id} is made from ${source}, which is not a secret of ${environment}`);
      return value.toString("latin1");
    });
    ensureDerived(folder, id, format, sources, certificatesIn(authority).join(""));
  }
}

/**
 * A value to replace a secret's present one; not for those that are made from others.
 *
 * @throws ConfigurationError for a secret that somebody else gave out.
 */
export function newValue(
  top: string,
  environment: string,
  { id, format }: StoredSecret,
  now: Date = new Date(),
): string {
  if (isGiven(format)) {
    throw new ConfigurationError(
      `${id} cannot be drawn, because somebody else gave it out. Get a new one there, write it into ` +
        `${secretsFolder(environment)}/${id}, then run ./datalab up --env ${environment}.`,
    );
  }
  if (!isBundleFormat(format)) return generate(format);
  const authority = ensureAuthority(environmentFolder(top, environment), environment, now);
  return issueLeaf(format.certificate, authority, now);
}

/** Until when a value may be used, as ISO time; undefined for what does not end. */
export function expiry(format: SecretFormat, value: Buffer): string | undefined {
  const [pem] = isBundleFormat(format) ? certificatesIn(value.toString("latin1")) : [];
  return pem === undefined ? undefined : new Date(new X509Certificate(pem).validTo).toISOString();
}

function environmentFolder(top: string, environment: string): string {
  return privateFolder(top, ...secretsFolder(environment).split("/"));
}

/** Whether a value is made from others, so that a malformed one is made again instead of being refused. */
function isDerived(format: SecretFormat): boolean {
  return madeFrom(format).length > 0;
}

function isBundleFormat(format: SecretFormat): format is Extract<SecretFormat, { readonly certificate: unknown }> {
  return typeof format === "object" && "certificate" in format && format.part === "bundle";
}

function isBinary(format: SecretFormat): boolean {
  return typeof format === "object" && "certificate" in format && format.part.endsWith("-store");
}

/**
 * The value of a secret (a PKCS12 store in base64), or undefined where there is none yet.
 *
 * @throws ConfigurationError when the file does not hold what the secret's format promises.
 */
export function readSecret(top: string, environment: string, secret: StoredSecret): string | undefined {
  const value = readPrivate(secretFile(top, environment, secret.id));
  if (value !== undefined && !isWellFormed(secret.format, value)) throw malformed(environment, secret, value);
  return value?.toString(isBinary(secret.format) ? "base64" : "latin1");
}

function missing(environment: string, { id, format }: StoredSecret): ConfigurationError {
  const file = `${secretsFolder(environment)}/${id}`;
  return new ConfigurationError(
    `${file} is missing; it has to hold ${expectedWords(format)}, which nobody but you can know. Nothing was changed. ` +
      `Write it there with an editor (the folder is readable for you alone), or take out of environment ${environment} what uses it.`,
  );
}

function malformed(environment: string, { id, format, changeInData }: StoredSecret, value: Buffer): ConfigurationError {
  const file = `${secretsFolder(environment)}/${id}`;
  const held = value.length === 0 ? "is empty" : isGiven(format) ? "holds something else" : "is not what datalab wrote";
  if (isGiven(format)) {
    return new ConfigurationError(
      `${file} ${held}; it has to hold ${expectedWords(format)}, and nothing else. Nothing was changed. Correct it with an editor.`,
    );
  }
  // Where the software keeps the value in its data, changing it there takes the old one.
  const again =
    changeInData === undefined
      ? ` Or give it a new value everywhere: ./datalab secrets rotate ${id} --env ${environment}, then ./datalab up --env ${environment}.`
      : "";
  return new ConfigurationError(
    `${file} ${held}; it has to hold ${expectedWords(format)}, and nothing else. It was not used, and nothing was changed. ` +
      "If this environment was never brought up, delete the file: the next command makes a new one. " +
      "Otherwise put the value back, from a backup or from a container that uses it " +
      `(docker cp CONTAINER:/run/secrets/${id} ${file}; ./datalab secrets list --env ${environment} names the users).${again}`,
  );
}
