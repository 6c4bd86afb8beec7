import { FakeSession, shop } from "../support/fake-session";

let session: FakeSession;
afterEach(() => session.end());

describe("results as JSON", () => {
  it("are printed by stop, start, restart and down, with the containers that they touched", async () => {
    session = await FakeSession.start();
    await session.succeed("up");
    const json = async (...words: string[]): Promise<Record<string, string[]>> =>
      JSON.parse((await session.succeed(...words, "--json")).out) as Record<string, string[]>;
    const stopped = await json("stop");
    expect(stopped).toMatchObject({ environment: "fake" });
    expect(stopped["stopped"]).toContain("fake-redis");
    expect(stopped["stopped"]).not.toContain("fake-init-minio-buckets");
    expect((await json("stop"))["stopped"]).toEqual([]);
    expect((await json("start"))["started"]).toContain("fake-redis");
    const restarted = await json("restart");
    expect(restarted["stopped"]).toContain("fake-redis");
    expect(restarted["started"]).toContain("fake-redis");
    const down = await json("down");
    expect(down["groups"]).toEqual(["core"]);
    expect(down["removed"]).toEqual(expect.arrayContaining(["fake-redis", "fake-init-minio-buckets"]));
  });
});

describe("plan of an AWS environment", () => {
  beforeEach(async () => {
    session = await FakeSession.start(shop);
  });

  it("in an empty account plans what it can and says after what the rest comes", async () => {
    const { out } = await session.succeed("plan");
    expect(session.terraform.stacksOf("plan")).toEqual(["shop-foundation"]);
    expect(out).toMatch(/^shop-core: planned after shop-foundation exists; it describes \d+ resources$/m);
    expect(out).toMatch(/^shop-ml: planned after shop-foundation and shop-core exist; it describes \d+ resources$/m);
    const { later } = JSON.parse((await session.succeed("plan", "--json")).out) as {
      later: { stack: string; after: string[]; resources: number }[];
    };
    expect(later.map(({ stack }) => stack)).toEqual(["shop-core", "shop-ml"]);
    expect(later[0]?.resources).toBeGreaterThan(10);
  });

  it("plans all stacks once they exist", async () => {
    await session.succeed("up");
    session.terraform.calls.length = 0;
    expect((await session.succeed("plan")).out).toContain("nothing to change");
    expect(session.terraform.stacksOf("plan")).toEqual(["shop-foundation", "shop-core", "shop-ml"]);
  });

  it("does not take an error for something that comes later", async () => {
    session.terraform.conduct = ({ command }) =>
      command === "plan" ? { fail: { summary: "No valid credential sources found" } } : undefined;
    const { code, err } = await session.run("plan");
    expect(code).toBe(1);
    expect(err).toContain("No valid credential sources found");
  });
});
