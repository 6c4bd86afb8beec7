import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { SecretFormat } from "../core/reference";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const passwordLength = 32;

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

/** What a value of a format looks like: for a check, and in words. */
export function shapeOf(format: SecretFormat): { readonly pattern: RegExp; readonly words: string } {
  switch (format) {
    case "password":
      return { pattern: /^[A-Za-z0-9]{32}$/, words: `${passwordLength} letters and digits` };
    case "uuid":
      return { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, words: "a UUID in lower case" };
    case "gossip-key":
      return { pattern: /^[A-Za-z0-9+/]{43}=$/, words: "32 bytes in base64" };
  }
}
