import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { compareSync } from "bcryptjs";
import { Certificate } from "../../constructs/core/certificate";
import { Secret } from "../../constructs/core/reference";
import { certificatesIn } from "../../constructs/docker/certificates/pem";
import { ensureSecretFiles, newValue, readSecret } from "../../constructs/docker/secret-files";

const owner = "app";
const start = new Date();
const inDays = (days: number): Date => new Date(start.getTime() + days * 86_400_000);
const secrets = new Map<string, Secret>();
const register = (secret: Secret): Secret => {
  if (!secrets.has(secret.id)) secrets.set(secret.id, secret);
  return secret;
};
const tls = new Certificate(owner, "tls", ["app", "localhost", "127.0.0.1"], "both", register);
const { chain, key, authority, keyStore, trustStore, storePassword } = tls;
const password = register(new Secret(owner, "password", "password"));
const hash = register(new Secret(owner, "password-hash", { bcrypt: password.id }));
const credentials = register(new Secret(owner, "credentials", { credentialsOf: password.id, account: owner }));
let top: string;

function ensure(now: Date = start, wanted: Iterable<Secret> = secrets.values()): void {
  ensureSecretFiles(top, "lab", wanted, now);
}
function file(name: string): string {
  return join(top, ".datalab/secrets/lab", name);
}
function value(secret: Secret): string {
  return readSecret(top, "lab", secret) ?? "";
}
function everything(): Record<string, string> {
  return Object.fromEntries(readdirSync(file("")).map((name) => [name, readFileSync(file(name), "base64")]));
}

// Keys take a while to draw: what follows looks at one set of files from several sides.
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-certificates-"));
  ensure();
}, 120_000);
afterAll(() => {
  rmSync(top, { recursive: true });
});

it("a file of credentials holds the account with the key as it is now", () => {
  expect(value(credentials)).toBe(`[default]\naws_access_key_id = app\naws_secret_access_key = ${value(password)}\n`);
});

describe("a certificate", () => {
  it("is for its names and its usage, and signed by the environment's authority", () => {
    const [leaf = "", issuer = ""] = certificatesIn(value(chain));
    const read = new X509Certificate(leaf);
    expect(read.subjectAltName).toBe("DNS:app, DNS:localhost, IP Address:127.0.0.1");
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(read.ca).toBe(false);
    const signer = new X509Certificate(issuer);
    expect([read, signer].map((one) => one.verify(signer.publicKey))).toEqual([true, true]);
    expect([read, signer].map(({ publicKey }) => publicKey.asymmetricKeyDetails?.modulusLength)).toEqual([2048, 3072]);
    expect(issuer).toBe(value(authority));
    expect(value(tls.bundle)).toBe(value(key) + value(chain));
  });

  it("lies in files that only their owner reads, and its authority's key in one that nobody is given", () => {
    for (const name of readdirSync(file(""))) expect(statSync(file(name)).mode & 0o777).toBe(0o600);
    const signing = readFileSync(file("authority"), "utf8").split("-----BEGIN CERTIFICATE")[0] ?? "";
    expect(signing).toContain("PRIVATE KEY");
    for (const secret of secrets.values()) expect(value(secret)).not.toContain(signing);
  });

  it("carries TLS between two who trust the authority and nothing else", async () => {
    const server = createServer(
      { key: value(key), cert: value(chain), ca: value(authority), requestCert: true },
      (socket) => socket.end(socket.authorized ? "known" : "unknown"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const answer = new Promise<string>((resolve, reject) => {
      const options = {
        port,
        host: "127.0.0.1",
        servername: "app",
        ca: value(authority),
        key: value(key),
        cert: value(chain),
      };
      connect(options)
        .on("data", (data: Buffer) => {
          resolve(data.toString());
        })
        .on("error", reject);
    });
    expect(await answer).toBe("known");
    await new Promise((resolve) => server.close(resolve));
  });

  it("stays as it is while two thirds of its life pass, with all that is made from it", () => {
    const before = everything();
    ensure(inDays(240));
    expect(everything()).toEqual(before);
  });

  const keytool = existsSync("/usr/bin/keytool") ? it : it.skip;
  keytool(
    "opens in Java, which trusts the authority",
    () => {
      const list = (store: Secret): string =>
        execFileSync(
          "/usr/bin/keytool",
          ["-list", "-keystore", file(store.id), "-storepass:file", file(storePassword.id)],
          {
            encoding: "utf8",
          },
        );
      expect(list(keyStore)).toMatch(/app\.tls, .*PrivateKeyEntry/);
      expect(list(trustStore)).toMatch(/authority-1, .*trustedCertEntry/);
    },
    60_000,
  );
});

describe("what is made from another secret", () => {
  it("follows its rotation, and is made again when it is damaged", () => {
    expect(compareSync(value(password), value(hash))).toBe(true);
    const old = value(hash);
    writeFileSync(file(password.id), newValue(top, "lab", password));
    ensure();
    expect(value(hash)).not.toBe(old);
    expect(compareSync(value(password), value(hash))).toBe(true);
    writeFileSync(file(hash.id), "");
    ensure();
    expect(compareSync(value(password), value(hash))).toBe(true);
  });
});

describe("renewal", () => {
  it("makes a new certificate when less than a third of its life remains, and again for other names", () => {
    const [key0, authority0] = [value(key), value(authority)];
    ensure(inDays(250));
    expect(value(key)).not.toBe(key0);
    expect(value(authority)).toBe(authority0);
    expect(value(tls.bundle)).toBe(value(key) + value(chain));
    const renamed = new Certificate(owner, "tls", ["other"], "server", (secret) => secret);
    ensure(inDays(250), [renamed.bundle]);
    expect(new X509Certificate(value(tls.bundle)).subjectAltName).toBe("DNS:other");
  }, 60_000);

  it("keeps trusting an authority that is replaced, for as long as it is valid", () => {
    const old = value(authority);
    const late = inDays(3650 - 700);
    ensure(late);
    const both = certificatesIn(value(authority));
    expect(both).toHaveLength(2);
    expect(both[1]).toBe(old);
    expect(certificatesIn(value(chain))[1]).toBe(both[0]);
    ensure(inDays(3651));
    expect(certificatesIn(value(authority))).toEqual([both[0]]);
  }, 120_000);

  it("refuses an empty authority rather than making another one", () => {
    const kept = readFileSync(file("authority"));
    writeFileSync(file("authority"), "");
    expect(ensure).toThrow(/authority is empty; it has to hold the key and the certificate/);
    writeFileSync(file("authority"), kept);
  });
});
