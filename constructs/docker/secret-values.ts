import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { SecretFormat } from "../core/secret-format";
import { isBundle } from "./certificates/pem";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const passwordLength = 32;

/** A new random value. */
export function generate(format: SecretFormat): string {
  if (format === "password") {
    return Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join("");
  }
  if (format === "uuid") return randomUUID();
  if (format === "gossip-key") return randomBytes(32).toString("base64");
  if ("hex" in format) return randomBytes(format.hex).toString("hex");
  if ("base64url" in format) {
    return randomBytes(format.base64url).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
  }
  throw new Error("a value that is made from another one cannot be drawn");
}

/** Whether a file's content can be a value of this format. */
export function isWellFormed(format: SecretFormat, value: Buffer): boolean {
  const text = value.toString("latin1");
  if (typeof format === "object" && "certificate" in format) {
    if (format.part === "bundle") return isBundle(text);
    // An ASN.1 sequence, as every PKCS12 file is, with a length of two bytes.
    if (format.part.endsWith("-store")) return value.length > 4 && value.readUInt32BE() >>> 16 === 0x30_82;
    return /^-----BEGIN [A-Z ]+-----\n[^]*-----END [A-Z ]+-----\n$/.test(text);
  }
  return shapeOf(format).pattern.test(text);
}

/** What a file of a format has to hold, in words. */
export function expectedWords(format: SecretFormat): string {
  if (typeof format === "object" && "certificate" in format) return "a private key with its certificate (PEM)";
  return shapeOf(format).words;
}

type Textual = Exclude<SecretFormat, { readonly certificate: unknown }>;

function shapeOf(format: Textual): { readonly pattern: RegExp; readonly words: string } {
  if (format === "password") return { pattern: /^[A-Za-z0-9]{32}$/, words: `${passwordLength} letters and digits` };
  if (format === "uuid") {
    return { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, words: "a UUID in lower case" };
  }
  if (format === "gossip-key") return { pattern: /^[A-Za-z0-9+/]{43}=$/, words: "32 bytes in base64" };
  if ("hex" in format) {
    return { pattern: new RegExp(`^[0-9a-f]{${format.hex * 2}}$`), words: `${format.hex * 2} hexadecimal digits` };
  }
  if ("base64url" in format) {
    const padding = (3 - (format.base64url % 3)) % 3;
    const letters = Math.ceil((format.base64url * 8) / 6);
    return {
      pattern: new RegExp(`^[A-Za-z0-9_-]{${letters}}={${padding}}$`),
      words: `${format.base64url} bytes in base64 for URLs, with padding`,
    };
  }
  if ("given" in format) {
    return format.given === "url"
      ? { pattern: /^https?:\/\/[!-~]+\n?$/, words: "one http or https URL" }
      : { pattern: /^[ -~]+\n?$/, words: "one line of text" };
  }
  if ("credentialsOf" in format) {
    return {
      pattern: /^\[default\]\naws_access_key_id = [a-z0-9-]+\naws_secret_access_key = [A-Za-z0-9]+\n$/,
      words: "a profile with an access key, as AWS's SDKs read it",
    };
  }
  return { pattern: /^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/, words: "a bcrypt hash" };
}
