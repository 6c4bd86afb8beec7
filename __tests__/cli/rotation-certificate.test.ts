import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { FakeSession, smallEnvironment } from "../support/fake-session";
import { certificatesIn } from "../../constructs/docker/certificates/pem";
import type { GroupStack } from "../../constructs/core/group-stack";

// In this file the group `ml` is one component that shows a certificate of its own, and keeps something encrypted in the database.
jest.mock("../../stacks/ml", () => {
  const { Piece } = jest.requireActual<typeof import("../support/piece")>("../support/piece");
  const { toExpr } = jest.requireActual<typeof import("../../constructs/core/reference")>(
    "../../constructs/core/reference",
  );
  class Shop extends Piece {
    private readonly tls = this.certificate("tls", { names: [this.web], usage: "server" });
    private readonly key = this.secret("key", "password", "rewrite");
    private readonly given = this.secret("given", { given: "text" });

    constructor(stack: GroupStack) {
      super(stack, "shop", () => undefined);
      const files = {
        "/tls/chain.pem": { content: toExpr(this.tls.chain) },
        "/tls/key.pem": { content: toExpr(this.tls.key) },
        "/key": { content: toExpr(this.key) },
        "/given": { content: toExpr(this.given) },
      };
      this.service({}, "shop", { entrypoint: ["shop"], files });
    }
  }
  return { buildMl: (stack: GroupStack) => new Shop(stack) };
});

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start({ ...smallEnvironment, groups: ["core", "ml"] });
  mkdirSync(session.file(".datalab/secrets/fake"), { recursive: true, mode: 0o700 });
  writeFileSync(session.file(".datalab/secrets/fake/shop.given"), "theirs\n", { mode: 0o600 });
  await session.succeed("up");
});
afterEach(() => session.end());

const value = (id: string): string => readFileSync(session.file(`.datalab/secrets/fake/${id}`), "utf8");
const certificates = (): string[] => certificatesIn(value("shop.tls-chain"));
const leaf = (): X509Certificate => new X509Certificate(certificates()[0] ?? "");

it("makes a new certificate of the same authority, and up replaces what shows it and nothing else", async () => {
  const before = { leaf: leaf(), key: value("shop.tls-key"), authority: certificates()[1] };
  const ids = new Map([...session.engine.containers.values()].map(({ name, id }) => [name, id]));
  const { code, err } = await session.run("secrets", "rotate", "shop.tls-chain");
  expect(code).toBe(2);
  expect(err).toContain("shop.tls-chain is made from shop.tls and follows it. Rotate that");
  const { out } = await session.succeed("secrets", "rotate", "shop.tls");
  expect(out).toContain("shop.tls has a new value");
  expect(out).toContain("replaces shop ");
  await session.succeed("up");
  const after = leaf();
  expect(after.serialNumber).not.toBe(before.leaf.serialNumber);
  expect(value("shop.tls-key")).not.toBe(before.key);
  expect(after.checkPrivateKey(createPrivateKey(value("shop.tls-key")))).toBe(true);
  expect(certificates()).toEqual([expect.any(String), before.authority]);
  expect(after.subjectAltName).toBe(before.leaf.subjectAltName);
  const replaced = [...session.engine.containers.values()].filter(({ name, id }) => ids.get(name) !== id);
  expect(replaced.map(({ name }) => name)).toEqual(["fake-shop"]);
});

describe("a key of what another component keeps", () => {
  it("is not replaced while the software that has to write everything anew does not run", async () => {
    const before = value("shop.key");
    session.engine.end("fake-shop");
    const { code, err } = await session.run("secrets", "rotate", "shop.key");
    expect(code).toBe(2);
    expect(err).toContain("shop has to run and be healthy");
    await session.succeed("down", "ml");
    expect((await session.run("secrets", "rotate", "shop.key")).code).toBe(2);
    expect(value("shop.key")).toBe(before);
    expect(existsSync(session.file(".datalab/secrets/fake/shop.key.next"))).toBe(false);
  });

  it("is replaced where no data are left that it could open", async () => {
    const before = value("shop.key");
    await session.succeed("down");
    session.engine.volumes.clear();
    await session.succeed("secrets", "rotate", "shop.key");
    expect(value("shop.key")).not.toBe(before);
  });
});

it("leaves alone what somebody else gave out, unless it is named", async () => {
  session.engine.onExec = () => ({ output: "", exitCode: 0 });
  const before = value("shop.key");
  await session.succeed("secrets", "rotate", "shop");
  expect(value("shop.key")).not.toBe(before);
  expect(value("shop.given")).toBe("theirs\n");
  const { code, err } = await session.run("secrets", "rotate", "shop.given");
  expect(code).toBe(2);
  expect(err).toContain("shop.given cannot be drawn, because somebody else gave it out");
});
