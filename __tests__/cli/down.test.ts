import { existsSync, readFileSync } from "node:fs";
import { FakeSession, smallEnvironment } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start({ ...smallEnvironment, groups: ["core", "ml"] });
  await session.succeed("up");
  session.terraform.calls.length = 0;
});
afterEach(() => session.end());

describe("down", () => {
  it("takes down what stands on a group before the group, and keeps data and network", async () => {
    const order: string[] = [];
    session.terraform.conduct = ({ command, stack }) => {
      if (command === "destroy") order.push(`${stack} with ${session.engine.find("fake-mlflow") ? "" : "no "}mlflow`);
      return undefined;
    };
    const { out } = await session.succeed("down", "core");
    expect(order).toEqual(["fake-ml with mlflow", "fake-core with no mlflow"]);
    expect(out).toContain("ml, core down; data is kept");
    expect(session.engine.names).toEqual([]);
    expect(session.engine.volumes.has("fake-postgres-data")).toBe(true);
    expect(session.engine.networks.has("fake-dataflow")).toBe(true);
  });

  it("leaves a group alone that others stand on, when only these are meant", async () => {
    await session.succeed("down", "ml");
    expect(session.terraform.stacksOf("destroy")).toEqual(["fake-ml"]);
    expect(session.engine.names).not.toContain("fake-mlflow");
    expect(session.engine.container("fake-postgres").health).toBe("healthy");
  });

  it("does not take a group from under one that could not be removed", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "destroy" && stack === "fake-ml" ? { fail: { summary: "the engine is busy" } } : undefined;
    const { code, err } = await session.run("down");
    expect(code).toBe(1);
    expect(err).toContain("fake-ml: the engine is busy");
    expect(session.terraform.stacksOf("destroy")).toEqual(["fake-ml"]);
  });

  it("removes what a killed run left in no state", async () => {
    const labels = { "datalab.environment": "fake", "datalab.group": "ml", "datalab.component": "mlflow" };
    session.engine.start(session.engine.create({ name: "fake-left-over", labels }).id);
    const { out } = await session.succeed("down");
    expect(out).toContain("removed 1 container that no state knew");
    expect(session.engine.names).toEqual([]);
  });

  it("is undone by up, on the same volumes", async () => {
    await session.succeed("down");
    await session.succeed("up");
    expect(session.engine.container("fake-postgres").volumes).toEqual(["fake-postgres-data"]);
    expect(session.engine.container("fake-mlflow").health).toBe("healthy");
  });
});

describe("destroy", () => {
  const destroy = (): ReturnType<FakeSession["run"]> => session.run("destroy", "--data", "--confirm", "fake");

  it("removes data, network and state, and keeps the secrets", async () => {
    const secret = readFileSync(session.file(".datalab/secrets/fake/redis.password"), "utf8");
    expect(await destroy()).toMatchObject({ code: 0 });
    expect(session.engine.names).toEqual([]);
    expect([...session.engine.volumes.keys(), ...session.engine.networks.keys()]).toEqual([]);
    expect(existsSync(session.file(".datalab/state/fake-core.tfstate"))).toBe(false);
    expect(readFileSync(session.file(".datalab/secrets/fake/redis.password"), "utf8")).toBe(secret);
  });

  it("takes no data of another checkout, which has only its network and volumes left", async () => {
    await session.succeed("down");
    session.engine.networks.delete("fake-dataflow");
    session.engine.createNetwork("fake-dataflow");
    const { code, err } = await destroy();
    expect(code).toBe(2);
    expect(err).toContain("was not made from this checkout");
    expect(session.engine.volumes.has("fake-postgres-data")).toBe(true);
  });

  it("takes no volume that another checkout made", async () => {
    await session.succeed("down");
    session.engine.volumes.set("fake-postgres-data", { labels: { "datalab.checkout": "theirs" } });
    const { code, err } = await destroy();
    expect(code).toBe(2);
    expect(err).toContain("fake-postgres-data: made by another checkout (theirs)");
    expect([...session.engine.volumes.keys()]).toContain("fake-redis-data");
  });

  it("takes nothing of another checkout that runs", async () => {
    await session.succeed("down");
    const labels = { "datalab.environment": "fake", "datalab.group": "core", "datalab.component": "redis" };
    session.engine.networks.delete("fake-dataflow");
    session.engine.createNetwork("fake-dataflow");
    session.engine.start(session.engine.create({ name: "fake-redis", labels }).id);
    const { code } = await destroy();
    expect(code).toBe(2);
    expect(session.engine.container("fake-redis").state).toBe("running");
    expect(session.engine.volumes.has("fake-postgres-data")).toBe(true);
  });
});
