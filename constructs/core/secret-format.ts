/** What the holder of a certificate may do with it: answer as a server, identify itself as a client, or both. */
export type CertificateUsage = "server" | "client" | "both";

/** What has to be known to make a certificate. */
export interface CertificateRequest {
  /** Id of the secret that holds it, for example `nifi.tls`. */
  readonly id: string;
  /** DNS names and IP addresses for which it is valid; the first is also the common name. */
  readonly names: readonly string[];
  readonly usage: CertificateUsage;
}

/**
 * One file of a certificate: `bundle` its key and chain in one PEM file, `chain` and `key` each by itself,
 * `authority` what to trust, all PEM; `key-store` and `trust-store` the same in PKCS12, for Java,
 * opened by the secret `<id>-store-password`.
 */
export type CertificatePart = "bundle" | "chain" | "key" | "authority" | "key-store" | "trust-store";

/**
 * How a secret's value is made when it is needed first:
 * `password` 32 letters and digits (safe in URIs, shells and ini files), `uuid` a random UUID,
 * `gossip-key` 32 bytes in base64 (what Consul's `encrypt` takes), `hex` and `base64url` this many random bytes
 * (base64 for URLs, with its padding, as Fernet keys have it), `bcrypt` a hash of another secret, which follows it,
 * `credentialsOf` a file with which AWS's SDKs log in as `account`, whose key is another secret,
 * `certificate` a file of a certificate from the environment's own authority,
 * `given` what an operator got from somebody else and puts into the file: a URL, or a line of text.
 */
export type SecretFormat =
  | "password"
  | "uuid"
  | "gossip-key"
  | { readonly hex: number }
  | { readonly base64url: number }
  | { readonly bcrypt: string }
  | { readonly given: "url" | "text" }
  | { readonly credentialsOf: string; readonly account: string }
  | { readonly certificate: CertificateRequest; readonly part: CertificatePart };

/** Id of the secret that opens a certificate's PKCS12 stores. */
export function storePasswordId(certificate: Pick<CertificateRequest, "id">): string {
  return `${certificate.id}-store-password`;
}

/** Ids of the secrets from which a value of this format is made; empty for those that are drawn or issued. */
export function madeFrom(format: SecretFormat): readonly string[] {
  if (typeof format === "string") return [];
  if ("bcrypt" in format) return [format.bcrypt];
  if ("credentialsOf" in format) return [format.credentialsOf];
  if (!("certificate" in format) || format.part === "bundle") return [];
  const { certificate, part } = format;
  const stored = part === "key-store" || part === "trust-store";
  return stored ? [certificate.id, storePasswordId(certificate)] : [certificate.id];
}

/** Whether a value comes from an operator, who got it from somebody else. */
export function isGiven(format: SecretFormat): boolean {
  return typeof format === "object" && "given" in format;
}

/** Whether a value is bytes and not text, so that it can only be a file by itself. */
export function isBinary(format: SecretFormat): boolean {
  return typeof format === "object" && "part" in format && format.part.endsWith("-store");
}

/** A format in words, for lists. */
export function formatWords(format: SecretFormat): string {
  if (typeof format === "string") return format;
  if ("hex" in format) return `hex, ${format.hex} bytes`;
  if ("base64url" in format) return `base64url, ${format.base64url} bytes`;
  if ("given" in format) return `given (${format.given})`;
  if ("bcrypt" in format) return `bcrypt of ${format.bcrypt}`;
  if ("credentialsOf" in format) return `credentials file of ${format.credentialsOf}`;
  return format.part === "bundle" ? "certificate" : `${format.part} of ${format.certificate.id}`;
}
