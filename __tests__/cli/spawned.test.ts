import { readFileSync } from "node:fs";
import type { StatusResult } from "../../cli/commands/status";
import { FakeSession } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
  await session.succeed("up");
  spawn("fake-notebook-ada");
});
afterEach(() => session.end());

/** A container as a service of the platform makes it, with a volume of its own. */
function spawn(
  name: string,
  checkout = readFileSync(session.file(".datalab/checkout"), "utf8").trim(),
  group = "core",
): void {
  const labels = { "datalab.environment": "fake", "datalab.group": group, "datalab.component": "redis" };
  session.engine.createVolume(`${name}-home`, { "datalab.environment": "fake", "datalab.checkout": checkout });
  const { id } = session.engine.create({
    name,
    labels: { ...labels, "datalab.service": "notebook", "datalab.kind": "spawned" },
    networks: { "fake-dataflow": [] },
    volumes: [`${name}-home`],
  });
  session.engine.start(id);
}

describe("a container that a service made itself", () => {
  it("is no stray: up leaves it alone, and changes nothing because of it", async () => {
    await session.succeed("up");
    const { out } = await session.succeed("up", "--json");
    expect((JSON.parse(out) as { changed: boolean }).changed).toBe(false);
    expect(session.engine.container("fake-notebook-ada").state).toBe("running");
  });

  it("shows in status beside its maker, and takes no part in its health", async () => {
    session.engine.container("fake-notebook-ada").health = "unhealthy";
    const { components } = JSON.parse((await session.succeed("status", "--json")).out) as StatusResult;
    expect(components.find(({ component }) => component === "redis")).toMatchObject({
      health: "healthy",
      replicas: { desired: 1, running: 1, healthy: 1 },
      spawned: 1,
    });
    expect(components.find(({ component }) => component === "minio")?.spawned).toBe(0);
    expect((await session.succeed("status")).out).toMatch(/redis +core +running +healthy +1\/1 \+ 1 spawned/);
  });

  it("stops with its group, after its maker, and a later start leaves that to the maker", async () => {
    const { out } = await session.succeed("stop", "--json");
    expect((JSON.parse(out) as { stopped: string[] }).stopped.at(-1)).toBe("fake-notebook-ada");
    expect(session.engine.container("fake-notebook-ada").state).toBe("exited");
    await session.succeed("start");
    expect(session.engine.container("fake-notebook-ada").state).toBe("exited");
  });

  it("runs on when another group stops", async () => {
    spawn("fake-notebook-eve", undefined, "ml");
    await session.succeed("stop");
    expect(session.engine.container("fake-notebook-eve").state).toBe("running");
  });

  it("goes down with its group and keeps its volume, which only destroy removes", async () => {
    await session.succeed("down");
    expect(session.engine.find("fake-notebook-ada")).toBeUndefined();
    expect([...session.engine.volumes.keys()]).toContain("fake-notebook-ada-home");
    await session.succeed("destroy", "--data", "--confirm", "fake");
    expect([...session.engine.volumes.keys()]).toEqual([]);
  });

  it("keeps its data when it was made for another checkout", async () => {
    spawn("fake-notebook-eve", "5d1f1a4e-0000-4000-8000-000000000000");
    const { code, err } = await session.run("destroy", "--data", "--confirm", "fake");
    expect(code).toBe(2);
    expect(err).toMatch(/No data was deleted.*fake-notebook-eve-home: made by another checkout/s);
    expect([...session.engine.volumes.keys()]).toContain("fake-notebook-ada-home");
  });
});
