import { generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { pki as Pki } from "node-forge";
import type { CertificateRequest } from "../../core/secret-format";
import { forge } from "./forge";
import { certificatesIn, keyIn } from "./pem";

const dayMs = 86_400_000;
/** Clocks of containers and of other machines may be behind. */
const clockDifferenceMs = 3_600_000;
/** NIST SP 800-57 takes 3072 bits as safe beyond 2030, and 2048 until then. */
const keyBits = { authority: 3072, leaf: 2048 };

/** Days for which an authority and a certificate are valid. */
export const lifeDays = { authority: 3650, leaf: 365 };

interface Content {
  readonly subject: string;
  readonly days: number;
  readonly bits: number;
  readonly extensions: readonly object[];
}

/** A new authority for an environment: its key and its certificate, PEM. */
export function issueAuthority(environment: string, now: Date): string {
  // The name tells two authorities of an environment apart for software that looks at nothing else.
  const subject = `datalab ${environment} authority ${randomBytes(4).toString("hex")}`;
  return issue(now, undefined, {
    subject,
    days: lifeDays.authority,
    bits: keyBits.authority,
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

/** A new certificate: its key and its chain up to the authority, PEM. */
export function issueLeaf(request: CertificateRequest, authority: string, now: Date): string {
  return issue(now, authority, {
    subject: request.names[0] ?? request.id,
    days: lifeDays.leaf,
    bits: keyBits.leaf,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      { name: "extKeyUsage", serverAuth: request.usage !== "client", clientAuth: request.usage !== "server" },
      // 2 is a DNS name, 7 an address (RFC 5280, GeneralName).
      {
        name: "subjectAltName",
        altNames: request.names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
}

function issue(now: Date, authority: string | undefined, { subject, days, bits, extensions }: Content): string {
  const { pki, md } = forge();
  // Node's own keys come in a fraction of a second; the library would take many.
  const pair = generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(pair.publicKey);
  // A positive number of up to 20 bytes (RFC 5280, 4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(now.getTime() - clockDifferenceMs);
  certificate.validity.notAfter = new Date(now.getTime() + days * dayMs);
  certificate.setSubject([{ name: "commonName", value: subject }]);
  const [issuer] = authority === undefined ? [] : certificatesIn(authority);
  const signer = issuer === undefined ? certificate : pki.certificateFromPem(issuer);
  certificate.setIssuer(signer.subject.attributes);
  const keyIdentifier = signer.generateSubjectKeyIdentifier().getBytes();
  certificate.setExtensions([
    ...extensions,
    { name: "subjectKeyIdentifier" },
    { name: "authorityKeyIdentifier", keyIdentifier },
  ]);
  certificate.sign(
    signingKey(certificate, authority === undefined ? pair.privateKey : keyIn(authority)),
    md.sha256.create(),
  );
  return pair.privateKey + pki.certificateToPem(certificate).replaceAll("\r", "") + (issuer ?? "");
}

/** The key with which the library signs a certificate. It signs by Node, for the library's own arithmetic takes 50 times as long. */
function signingKey(certificate: Pki.Certificate, pem: string): Pki.rsa.PrivateKey {
  const { asn1 } = forge();
  const signed = (): Buffer => Buffer.from(asn1.toDer(certificate.tbsCertificate).getBytes(), "binary");
  return { sign: () => sign("sha256", signed(), pem).toString("binary") } as unknown as Pki.rsa.PrivateKey;
}

/** Whether less than a share of a certificate's life remains. */
export function isDue(pem: string, share: number, now: Date): boolean {
  const { validFrom, validTo } = new X509Certificate(pem);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return to - now.getTime() < (to - from) * share;
}

/** Whether a bundle is whole, and made by one of the authorities for exactly what is asked for. */
export function isFor(request: CertificateRequest, bundle: string, authorities: readonly string[]): boolean {
  const [pem, issuer] = certificatesIn(bundle);
  if (pem === undefined || issuer === undefined || !authorities.includes(issuer)) return false;
  const certificate = new X509Certificate(pem);
  const names = request.names.map((name) => (isIP(name) === 0 ? `DNS:${name}` : `IP Address:${name}`));
  const usages = [
    ...(request.usage === "client" ? [] : ["1.3.6.1.5.5.7.3.1"]),
    ...(request.usage === "server" ? [] : ["1.3.6.1.5.5.7.3.2"]),
  ];
  return (
    certificate.subjectAltName === names.join(", ") && [...certificate.keyUsage].sort().join() === usages.sort().join()
  );
}
