import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readPrivate, writePrivate } from "../core/private-files";
import type { SecretFormat } from "../core/secret-format";
import { certificatesIn, keyIn } from "./certificates/pem";
import { keyStore, trustStore } from "./certificates/stores";
import { isWellFormed } from "./secret-values";

/**
 * Brings a secret that is made from others up to date. Hashes and stores hold random salt, so that beside each
 * a note says from what it was made: as long as that is the same, the file stays, and no container is replaced.
 *
 * @param sources values of the secrets that it is made from, in their order
 * @param authorities certificates to trust, PEM
 */
export function ensureDerived(
  folder: string,
  id: string,
  format: SecretFormat,
  sources: readonly string[],
  authorities: string,
): void {
  const file = join(folder, id);
  const note = `${file}.made-from`;
  const known = readPrivate(file);
  const from = digest(id, ...sources, authorities);
  if (known !== undefined && isWellFormed(format, known) && readPrivate(note)?.toString() === from + digest(known))
    return;
  const value = derive(id, format, sources, authorities);
  writePrivate(file, value);
  writePrivate(note, from + digest(value));
}

function derive(
  id: string,
  format: SecretFormat,
  [first = "", password = ""]: readonly string[],
  authorities: string,
): string | Buffer {
  if (typeof format === "object" && "bcrypt" in format) return bcryptjs().hashSync(first);
  if (typeof format === "object" && "credentialsOf" in format) {
    return `[default]\naws_access_key_id = ${format.account}\naws_secret_access_key = ${first}\n`;
  }
  if (typeof format === "object" && "certificate" in format) {
    switch (format.part) {
      case "chain":
        return certificatesIn(first).join("");
      case "key":
        return keyIn(first);
      case "authority":
        return authorities;
      case "key-store":
        return keyStore(first, format.certificate.id, password);
      case "trust-store":
        return trustStore(authorities, password);
      case "bundle":
    }
  }
  throw new Error(`${id} is not made from another secret`);
}

function digest(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(createHash("sha256").update(content).digest());
  return hash.digest("hex");
}

/** Loaded when a hash is made, which hardly any command does. */
function bcryptjs(): typeof import("bcryptjs") {
  return createRequire(__filename)("bcryptjs") as typeof import("bcryptjs");
}
