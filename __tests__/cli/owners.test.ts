import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutId, checkoutLabel, ensureCheckoutId } from "../../constructs/docker/checkout";
import { refuseForeignData, refuseForeignUse } from "../../cli/up/foreign";
import { adoptedCheckouts, adoptVolumes, type FoundVolume, ownerOf } from "../../cli/up/owners";
import type { Reality } from "../../cli/up/repair-plan";
import { descriptionOf } from "../support/description";
import { intact } from "../support/engine";

const dev = descriptionOf("dev");
const own = "0b54c0a5-8c1e-4b7e-9a55-1f1c3f2b6a01";
const another = "5d1f3f0e-6a3f-4a8c-8f8e-0a1b2c3d4e5f";

describe("the checkout's id", () => {
  const top = mkdtempSync(join(tmpdir(), "datalab-checkout-"));
  const file = join(top, ".datalab", "checkout");
  beforeAll(() => {
    mkdirSync(join(top, ".datalab"));
  });
  afterAll(() => {
    rmSync(top, { recursive: true });
  });

  it("is made once and kept", () => {
    expect(checkoutId(top)).toBeUndefined();
    ensureCheckoutId(top);
    const id = checkoutId(top);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    ensureCheckoutId(top);
    expect(checkoutId(top)).toBe(id);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each(["", "mine\n"])("is refused when it is %j, and left as it is", (content) => {
    writeFileSync(file, content);
    expect(() => {
      ensureCheckoutId(top);
    }).toThrow(/^\.datalab\/checkout: given .*docker volume inspect/s);
    expect(readFileSync(file, "utf8")).toBe(content);
  });
});

describe("the owner of a volume", () => {
  const claim = { checkouts: new Set([own]), inState: new Set(["dev-redis-data"]) };
  const volume = (label: string | undefined) => ({
    Name: "dev-redis-data",
    Labels: label === undefined ? null : { [checkoutLabel]: label },
  });

  it("is who its label names, also where a state has adopted it", () => {
    expect(ownerOf(volume(own), { ...claim, inState: new Set() }).owner).toBe("this");
    expect(ownerOf(volume(another), claim)).toEqual({ name: "dev-redis-data", checkout: another, owner: "other" });
  });

  it("without a label is who has it in the state: volumes of the version before have none", () => {
    expect(ownerOf(volume(undefined), claim).owner).toBe("this");
    expect(ownerOf(volume(undefined), { ...claim, inState: new Set() }).owner).toBe("unknown");
  });
});

describe("data of another checkout", () => {
  const containers = dev.containers.filter(({ group }) => group === "core");
  const well = intact(containers, "dev-foundation");
  const withVolumes = (...volumes: FoundVolume[]): Reality => ({ ...well, volumes });
  const mine: FoundVolume = { name: "dev-redis-data", checkout: own, owner: "this" };
  const theirs: FoundVolume = { name: "dev-minio-data", checkout: another, owner: "other" };
  const nobodys: FoundVolume = { name: "dev-kafka-data", checkout: undefined, owner: "unknown" };
  // Its owner took containers and network down.
  const down: Reality = { ...withVolumes(mine, theirs), found: [], networks: new Map() };

  it("is neither deleted nor used, and named", () => {
    expect(() => {
      refuseForeignData(dev, down);
    }).toThrow(`No data was deleted: this data of environment dev is not this checkout's.\n  dev-minio-data: made by`);
    expect(() => {
      refuseForeignUse(dev, down);
    }).toThrow(/dev-minio-data: made by another checkout \(5d1f.*--adopt/s);
  });

  it("is not deleted when nobody knows whose it is", () => {
    expect(() => {
      refuseForeignData(dev, withVolumes(mine, nobodys));
    }).toThrow(/dev-kafka-data: made by an older version.*--adopt first, then destroy/s);
  });

  it("does not keep this checkout from its own", () => {
    expect(() => {
      refuseForeignData(dev, withVolumes(mine));
      refuseForeignUse(dev, withVolumes(mine));
    }).not.toThrow();
  });

  it("is taken over by name of its checkout, for one environment", () => {
    const top = mkdtempSync(join(tmpdir(), "datalab-adopt-"));
    adoptVolumes(top, "dev", [mine, nobodys]);
    expect(adoptedCheckouts(top, "dev")).toEqual([]);
    adoptVolumes(top, "dev", [mine, theirs]);
    adoptVolumes(top, "dev", [theirs]);
    expect(adoptedCheckouts(top, "dev")).toEqual([another]);
    expect(adoptedCheckouts(top, "staging")).toEqual([]);
    rmSync(top, { recursive: true });
  });
});
