import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Secret, SecretFormat } from "../core/reference";
import { secretsFolder } from "./secrets";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const passwordLength = 32;

/** Makes the files of secrets that have none yet; those that exist are left as they are. */
export function ensureSecretFiles(top: string, environment: string, secrets: Iterable<Secret>): void {
  const folder = join(top, secretsFolder(environment));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const secret of secrets) {
    const file = join(folder, secret.id);
    if (!existsSync(file)) writeSecretFile(file, generate(secret.format));
  }
}

/** Writes a secret so that only its owner reads it. */
export function writeSecretFile(file: string, value: string): void {
  writeFileSync(file, value, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** A new random value. */
export function generate(format: SecretFormat): string {
  switch (format) {
    case "password":
      return Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join("");
    case "uuid":
      return randomUUID();
    case "gossip-key":
      return randomBytes(32).toString("base64");
  }
}
