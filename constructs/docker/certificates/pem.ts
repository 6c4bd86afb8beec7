import { createPrivateKey, X509Certificate } from "node:crypto";

/** The certificates of a PEM text, each with its line end. */
export function certificatesIn(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n/g) ?? [];
}

/** The private key of a PEM text; empty where there is none. */
export function keyIn(pem: string): string {
  return /-----BEGIN PRIVATE KEY-----\n[^-]+-----END PRIVATE KEY-----\n/.exec(pem)?.[0] ?? "";
}

/** Whether a text is a private key with its certificate, and perhaps others behind it, and nothing else. */
export function isBundle(pem: string): boolean {
  const [first, ...others] = certificatesIn(pem);
  const key = keyIn(pem);
  if (first === undefined || key === "" || [key, first, ...others].join("") !== pem) return false;
  try {
    others.forEach((other) => new X509Certificate(other));
    return new X509Certificate(first).checkPrivateKey(createPrivateKey(key));
  } catch {
    // Node says by throwing that what is between the marks cannot be read.
    return false;
  }
}
