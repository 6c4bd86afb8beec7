import { FakeSession } from "../support/fake-session";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { checkoutLabel } from "../../constructs/docker/checkout";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
});
afterEach(() => session.end());

const another = "5d1f3f0e-6a3f-4a8c-8f8e-0a1b2c3d4e5f";
const destroy = ["destroy", "--data", "--confirm", "fake"];

/** What another checkout leaves when it takes its containers down and somebody prunes networks. */
function otherCheckoutsVolumes(): void {
  for (const name of ["fake-minio-data", "fake-postgres-data"]) {
    session.engine.createVolume(name, { [checkoutLabel]: another });
  }
}

describe("volumes of another checkout", () => {
  it("are kept by destroy, with everything else", async () => {
    otherCheckoutsVolumes();
    const { code, err } = await session.run(...destroy);
    expect(code).toBe(2);
    expect(err).toContain("fake-minio-data: made by another checkout");
    expect([...session.engine.volumes.keys()]).toEqual(["fake-minio-data", "fake-postgres-data"]);
  });

  it("are not used by up, unless they are adopted; then they can be deleted", async () => {
    otherCheckoutsVolumes();
    const refused = await session.run("up");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("--adopt");
    expect(session.engine.containers.size).toBe(0);

    await session.succeed("up", "--adopt");
    await session.succeed("up");
    const { out } = await session.succeed(...destroy, "--json");
    expect(session.engine.volumes.size).toBe(0);
    const { removed } = JSON.parse(out) as { removed: Record<string, string[]> };
    expect(removed["volumes"]).toContain("fake-minio-data");
    expect(removed["containers"]).toContain("fake-minio");
    expect(removed["networks"]).toEqual(["fake-dataflow"]);
  });
});

describe("containers of another checkout", () => {
  it("are left alone by every command that would change them", async () => {
    await session.succeed("up");
    const secret = session.file(".datalab/secrets/fake/redis.password");
    const looks = (): unknown => [
      readFileSync(secret, "utf8"),
      [...session.engine.containers.values()].map(({ name, id, state }) => [name, id, state]),
    ];
    const before = looks();
    // What this checkout is left with then: the same names, and nothing of what runs in its state.
    rmSync(session.file(".datalab/state"), { recursive: true });
    writeFileSync(session.file(".datalab/checkout"), `${another}\n`);
    for (const words of ["stop", "start", "restart", "secrets rotate redis.password", "down", "up"]) {
      const { code, err, out } = await session.run(...words.split(" "));
      expect({ words, code, out }).toEqual({ words, code: 2, out: "" });
      expect(err).toMatch(/^The engine runs an environment "fake" that is not this checkout's \(\d+ containers\)/);
      expect(looks()).toEqual(before);
    }
  });
});

describe("an environment that another checkout adopted", () => {
  it("is that one's, though this one's state still knows the network", async () => {
    await session.succeed("up");
    // What `up --adopt` does elsewhere: containers of its own, on the same network and data.
    for (const { id, name, labels } of [...session.engine.containers.values()]) {
      session.engine.remove(id);
      const made = { ...labels, [checkoutLabel]: another };
      session.engine.start(session.engine.create({ name, labels: made, networks: { "fake-dataflow": [] } }).id);
    }
    const looks = (): unknown => [
      [...session.engine.containers.values()].map(({ name, id, state }) => [name, id, state]),
      [...session.engine.volumes.keys()],
    ];
    const before = looks();
    for (const words of [["stop"], ["down"], ["up"], destroy]) {
      const { code, err } = await session.run(...words);
      expect({ words, code }).toEqual({ words, code: 2 });
      expect(err).toContain("It was probably brought up from another checkout");
      expect(looks()).toEqual(before);
    }
  });

  it("comes back by --adopt, though this one's state remembers a network that is gone", async () => {
    await session.succeed("up");
    const old = session.engine.networks.get("fake-dataflow")?.id;
    // Elsewhere it was adopted, destroyed and brought up again.
    for (const { id, name, labels } of [...session.engine.containers.values()]) {
      session.engine.remove(id);
      if (name === "fake-redis") session.engine.create({ name, labels: { ...labels, [checkoutLabel]: another } });
    }
    session.engine.networks.delete("fake-dataflow");
    const now = session.engine.createNetwork("fake-dataflow");
    expect(now).not.toBe(old);
    expect((await session.run("up")).code).toBe(2);
    await session.succeed("up", "--adopt");
    expect(session.engine.networks.get("fake-dataflow")?.id).toBe(now);
    await session.succeed("up");
  });
});

describe("containers of this checkout", () => {
  it("are its own when its state knows none of them, as after a kill in the first seconds: up makes them again", async () => {
    await session.succeed("up");
    rmSync(session.file(".datalab/state"), { recursive: true });
    const { out } = await session.succeed("up");
    expect(out).toContain("it is removed and recreated");
    expect((await session.run("health")).code).toBe(0);
  });

  it("of versions before the label are its own when its state knows one of them", async () => {
    await session.succeed("up");
    for (const container of session.engine.containers.values()) {
      const labels = Object.entries(container.labels).filter(([label]) => label !== checkoutLabel);
      Object.assign(container, { labels: Object.fromEntries(labels) });
    }
    await session.succeed("stop");
    await session.succeed("up");
  });
});

describe("this checkout's volumes", () => {
  const state = (): string => session.file(".datalab/state/fake-foundation.tfstate");

  it("carry its id, and are found again when the state is lost", async () => {
    await session.succeed("up");
    const id = readFileSync(session.file(".datalab/checkout"), "utf8").trim();
    expect(session.engine.volumes.get("fake-redis-data")?.labels).toEqual({ [checkoutLabel]: id });
    await session.succeed("down");
    rmSync(state());
    await session.succeed("up");
    await session.succeed(...destroy);
    expect(session.engine.volumes.size).toBe(0);
    expect(existsSync(state())).toBe(false);
  });

  it("made by the version before have no label: the state tells", async () => {
    await session.succeed("up");
    for (const name of session.engine.volumes.keys()) session.engine.volumes.set(name, { labels: {} });
    await session.succeed("up");
    await session.succeed(...destroy);
    expect(session.engine.volumes.size).toBe(0);
  });

  it("without label and state belong to nobody known", async () => {
    session.engine.createVolume("fake-minio-data");
    const { code, err } = await session.run(...destroy);
    expect(code).toBe(2);
    expect(err).toContain("fake-minio-data: made by an older version");
    expect(session.engine.volumes.has("fake-minio-data")).toBe(true);
  });

  it("stay when a container of somebody else uses one, which is said", async () => {
    await session.succeed("up");
    session.engine.create({ name: "somebody", volumes: ["fake-redis-data"] });
    const { code, err } = await session.run(...destroy);
    expect(code).toBe(1);
    expect(err).toContain("The volume fake-redis-data cannot be removed");
    expect(err).not.toContain("mistake in datalab");
  });
});
