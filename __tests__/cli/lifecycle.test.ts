import type { HealthEntry } from "../../cli/commands/health";
import type { StatusResult } from "../../cli/commands/status";
import { FakeSession } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
  await session.succeed("up");
});
afterEach(() => session.end());

/** Names of the containers for which the engine was asked to do something, in that order. */
function asked(action: "start" | "stop"): string[] {
  return session.engine.requests.flatMap((request) => {
    const name = new RegExp(`^POST /containers/([^/]+)/${action}$`).exec(request)?.[1];
    return name === undefined ? [] : [session.engine.container(name).name];
  });
}

describe("health", () => {
  it("is complained of, with what the check wrote", async () => {
    const redis = session.engine.container("fake-redis");
    redis.health = "unhealthy";
    redis.healthOutput = "Could not connect to Redis";
    const { code, out } = await session.run("health", "--json");
    const result = JSON.parse(out) as { healthy: boolean; checks: HealthEntry[] };
    expect(code).toBe(1);
    expect(result.healthy).toBe(false);
    expect(result.checks.filter(({ health }) => health !== "healthy")).toEqual([
      {
        component: "redis",
        container: "fake-redis",
        state: "running",
        health: "unhealthy",
        failing: 5,
        output: "Could not connect to Redis",
      },
    ]);
    expect((await session.run("health")).out).toMatch(/redis +fake-redis +running +unhealthy +failed 5 times: Could/);
  });

  it("is complained of when a container has ended, or is gone", async () => {
    session.engine.end("fake-redis");
    session.engine.remove("fake-kafka-ui");
    const { code, out } = await session.run("health");
    expect(code).toBe(1);
    expect(out).toMatch(/kafka-ui +fake-kafka-ui +absent/);
    expect(out).toMatch(/redis +fake-redis +exited/);
  });

  it("is good when all are healthy", async () => {
    expect((await session.run("health")).code).toBe(0);
  });
});

describe("status", () => {
  it("tells the ill from the healthy", async () => {
    session.engine.container("fake-redis").health = "unhealthy";
    const { out } = await session.succeed("status", "--json");
    const { components } = JSON.parse(out) as StatusResult;
    const ill = components.filter(({ health }) => health !== "healthy");
    expect(ill.map(({ component, state, health }) => [component, state, health])).toEqual([
      ["redis", "running", "unhealthy"],
    ]);
  });
});

describe("stop and start", () => {
  it("stop what uses something before it, and start it after it", async () => {
    await session.succeed("stop");
    const stopped = asked("stop");
    expect(stopped.indexOf("fake-consul-agent-core")).toBeLessThan(stopped.indexOf("fake-consul"));
    expect(new Set([...session.engine.containers.values()].map(({ state }) => state))).toEqual(new Set(["exited"]));

    const ids = [...session.engine.containers.keys()];
    await session.succeed("start");
    const started = asked("start");
    expect(started.indexOf("fake-consul")).toBeLessThan(started.indexOf("fake-consul-agent-core"));
    expect(started).not.toContain("fake-init-minio-buckets");
    expect([...session.engine.containers.keys()]).toEqual(ids);
  });

  it("start nothing that uses what does not get healthy, and say why", async () => {
    await session.succeed("stop");
    session.engine.behaviours.set("fake-consul", { health: "unhealthy", healthOutput: "no leader" });
    session.hurry();
    const { code, err } = await session.run("start");
    expect(code).toBe(1);
    expect(err).toContain("consul (fake-consul): did not get healthy");
    expect(err).toContain("no leader");
    expect(asked("start")).not.toContain("fake-consul-agent-core");
  });

  it("start refuses when there is nothing", async () => {
    await session.succeed("down");
    const { code, err } = await session.run("start");
    expect(code).toBe(2);
    expect(err).toContain("There is nothing to start");
  });

  it("restart begins with what it stopped", async () => {
    await session.succeed("restart", "core");
    expect(asked("start").toSorted()).toEqual(asked("stop").toSorted());
    expect((await session.run("health")).code).toBe(0);
  });
});
