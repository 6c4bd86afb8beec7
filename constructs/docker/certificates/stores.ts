import type { asn1 as Asn1 } from "node-forge";
import { forge } from "./forge";
import { certificatesIn, keyIn } from "./pem";

/** Rounds from password to key, OpenSSL's number. More would cost seconds and add nothing to a password of 190 random bits. */
const rounds = 2048;
/** Says that a certificate is trusted, and for what: any purpose. Without it Java passes over the entry (JDK, `sun.security.pkcs12.PKCS12KeyStore`). */
const trusted = { attribute: "2.16.840.1.113894.746875.1.1", anyPurpose: "2.5.29.37.0" };

/** A PKCS12 file with the key and the chain of a bundle. */
export function keyStore(bundle: string, alias: string, password: string): Buffer {
  const { pki, pkcs12 } = forge();
  const options = { algorithm: "aes256", count: rounds, saltSize: 20, friendlyName: alias } as const;
  return der(
    pkcs12.toPkcs12Asn1(
      pki.privateKeyFromPem(keyIn(bundle)),
      certificatesIn(bundle).map((pem) => pki.certificateFromPem(pem)),
      password,
      options,
    ),
  );
}

/**
 * A PKCS12 file with certificates that Java trusts. The library has no entries of this kind, so that the
 * structure is built from its parts (RFC 7292, section 4).
 */
export function trustStore(authorities: string, password: string): Buffer {
  const { pki } = forge();
  const { sequence, oid, tagged, octets } = builders();
  const bags = certificatesIn(authorities).map((pem, index) =>
    sequence(
      oid(pki.oids["certBag"] ?? ""),
      tagged(
        sequence(
          oid(pki.oids["x509Certificate"] ?? ""),
          tagged(octets(derOf(pki.certificateToAsn1(pki.certificateFromPem(pem))))),
        ),
      ),
      attributes(`authority-${index + 1}`),
    ),
  );
  const data = (content: string): Asn1.Asn1 => sequence(oid(pki.oids["data"] ?? ""), tagged(octets(content)));
  const safe = derOf(sequence(data(derOf(sequence(...bags)))));
  return der(sequence(integer(3), data(safe), mac(safe, password)));
}

function attributes(alias: string): Asn1.Asn1 {
  const { asn1, pki } = forge();
  const { sequence, oid, set } = builders();
  const name = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BMPSTRING, false, alias);
  return set(
    sequence(oid(pki.oids["friendlyName"] ?? ""), set(name)),
    sequence(oid(trusted.attribute), set(oid(trusted.anyPurpose))),
  );
}

/** What protects a file against changes: SHA-1 is the one that all versions of Java and OpenSSL know. */
function mac(content: string, password: string): Asn1.Asn1 {
  const { asn1, hmac, md, pki, random, util, pkcs12 } = forge();
  const { sequence, oid, octets } = builders();
  const salt = random.getBytesSync(20);
  const made = hmac.create();
  // 3 is the purpose of the key, 20 its length in bytes (RFC 7292, appendix B).
  const key = (pkcs12 as unknown as KeyMaker).generateKey(password, util.createBuffer(salt), 3, rounds, 20);
  made.start(md.sha1.create(), key as never);
  made.update(content);
  const nothing = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, "");
  return sequence(
    sequence(sequence(oid(pki.oids["sha1"] ?? ""), nothing), octets(made.getMac().getBytes())),
    octets(salt),
    integer(rounds),
  );
}

/** Exported by the library, and missing in its types. */
interface KeyMaker {
  generateKey(password: string, salt: unknown, purpose: number, rounds: number, bytes: number): unknown;
}

function integer(value: number): Asn1.Asn1 {
  const { asn1 } = forge();
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes());
}

function builders(): {
  sequence: (...parts: Asn1.Asn1[]) => Asn1.Asn1;
  set: (...parts: Asn1.Asn1[]) => Asn1.Asn1;
  tagged: (part: Asn1.Asn1) => Asn1.Asn1;
  oid: (id: string) => Asn1.Asn1;
  octets: (bytes: string) => Asn1.Asn1;
} {
  const { asn1 } = forge();
  const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class;
  return {
    sequence: (...parts) => asn1.create(UNIVERSAL, asn1.Type.SEQUENCE, true, parts),
    set: (...parts) => asn1.create(UNIVERSAL, asn1.Type.SET, true, parts),
    tagged: (part) => asn1.create(CONTEXT_SPECIFIC, asn1.Type.NONE, true, [part]),
    oid: (id) => asn1.create(UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(id).getBytes()),
    octets: (bytes) => asn1.create(UNIVERSAL, asn1.Type.OCTETSTRING, false, bytes),
  };
}

function derOf(value: Asn1.Asn1): string {
  return forge().asn1.toDer(value).getBytes();
}

function der(value: Asn1.Asn1): Buffer {
  return Buffer.from(derOf(value), "binary");
}
