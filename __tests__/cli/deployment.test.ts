import { FakeSession, smallEnvironment } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
});
afterEach(() => session.end());

describe("up", () => {
  it("makes everything in order, and asks Terraform for no plan of what does not exist yet", async () => {
    const { out } = await session.succeed("up");
    expect(session.terraform.stacksOf("apply")).toEqual(["fake-foundation", "fake-core"]);
    expect(session.terraform.stacksOf("plan")).toEqual([]);
    expect(session.engine.container("fake-redis")).toMatchObject({ state: "running", health: "healthy" });
    expect(session.engine.container("fake-init-minio-buckets")).toMatchObject({ state: "exited", exitCode: 0 });
    expect(out).toContain("✔ redis: healthy");
    expect(out).toContain("Environment fake is up (");
    expect(out).toMatch(/^ {2}minio +http/m);
  });

  it("carries out an edit, and replaces nothing else", async () => {
    await session.succeed("up");
    const ids = new Map([...session.engine.containers.values()].map(({ name, id }) => [name, id]));
    session.configure({ ...smallEnvironment, sizes: { redis: { memoryMiB: 256 } } });
    const { out } = await session.succeed("up");
    const replaced = [...session.engine.containers.values()].filter(({ name, id }) => ids.get(name) !== id);
    expect(replaced.map(({ name }) => name)).toEqual(["fake-redis"]);
    expect(out).not.toContain("nothing to change");
  });

  it("fails with Terraform's words when a plan fails, and applies nothing", async () => {
    await session.succeed("up");
    session.terraform.calls.length = 0;
    session.terraform.conduct = ({ command, stack }) =>
      command === "plan" && stack === "fake-core"
        ? { fail: { summary: "Invalid reference", detail: "no such thing" } }
        : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("fake-core: Invalid reference: no such thing");
    expect(session.terraform.stacksOf("apply")).toEqual([]);
  });

  it("fails when an apply fails, and begins nothing that stands on it", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-foundation"
        ? { fail: { address: "docker_network.dataflow", summary: "all address pools are used up" } }
        : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("all address pools are used up");
    expect(session.terraform.stacksOf("apply")).toEqual(["fake-foundation"]);
  });

  it("fails when a step fails, with what the step wrote", async () => {
    session.engine.behaviours.set("fake-init-minio-buckets", { exitCode: 3, log: ["mc: Access Denied"] });
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("minio: the step init-minio-buckets (fake-init-minio-buckets): it ended with an error");
    expect(err).toContain("mc: Access Denied");
  });

  it("fails with Terraform's words when a step could not be run at all", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-core"
        ? { fail: { address: "docker_container.init-minio-buckets", summary: "the container name is already in use" } }
        : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("(fake-init-minio-buckets): the container name is already in use");
    expect(err).not.toContain("ended with an error");
  });

  it("runs a failed step again, when what was wrong with it is fixed", async () => {
    session.engine.behaviours.set("fake-init-minio-buckets", { exitCode: 3 });
    expect((await session.run("up")).code).toBe(1);
    session.engine.behaviours.clear();
    await session.succeed("up");
    expect(session.engine.container("fake-init-minio-buckets")).toMatchObject({ state: "exited", exitCode: 0 });
  });

  it("fails when a container is not healthy though Terraform has nothing to do", async () => {
    await session.succeed("up");
    const redis = session.engine.container("fake-redis");
    redis.health = "unhealthy";
    redis.healthOutput = "Could not connect";
    session.hurry();
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("redis (fake-redis): did not get healthy");
    expect(err).toContain("Could not connect");
  });

  it("fails when a container ends as soon as it is started, with its log", async () => {
    session.engine.behaviours.set("fake-redis", { exitCode: 1, log: ["Fatal config file error"] });
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("state: exited with code 1");
    expect(err).toContain("Fatal config file error");
    // What has nothing to do with it stays up.
    expect(session.engine.container("fake-minio").health).toBe("healthy");
  });

  it("starts a stopped container and recreates none for it", async () => {
    await session.succeed("up");
    const { id } = session.engine.container("fake-redis");
    session.engine.end(id);
    const { out } = await session.succeed("up");
    expect(out).toContain("repair: fake-redis is stopped: it is started");
    expect(session.engine.container("fake-redis")).toMatchObject({ id, state: "running" });
  });

  it("hands the engine's address on to Terraform", async () => {
    await session.succeed("up");
    const hosts = session.terraform.calls.map(({ dockerHost }) => dockerHost);
    expect(new Set(hosts)).toEqual(new Set([session.engine.address]));
  });
});

describe("up is refused, with nothing changed,", () => {
  const nothingMade = (): void => {
    expect(session.terraform.log.filter((line) => !line.startsWith("version"))).toEqual([]);
    expect(session.engine.networks.size + session.engine.volumes.size).toBe(0);
  };

  it("when there is too little memory, unless the operator insists", async () => {
    session.engine.memoryBytes = 1024 ** 3;
    const { code, err } = await session.run("up");
    expect(code).toBe(2);
    expect(err).toContain("Environment fake cannot come up yet; nothing was changed:\n  - memory:");
    nothingMade();
    await session.succeed("up", "--skip-checks");
  });

  it("when a container of somebody else holds a port, also when the operator insists", async () => {
    const someone = session.engine.create({
      name: "someone",
      ports: [{ ip: "0.0.0.0", external: 27_379, internal: 80 }],
    });
    session.engine.start(someone.id);
    const { code, err } = await session.run("up", "--skip-checks");
    expect(code).toBe(2);
    expect(err).toContain(
      `port 27379/tcp on ${smallEnvironment.bindAddress}, which redis needs, is held by container someone`,
    );
    nothingMade();
  });

  it("when an image can be had from nowhere", async () => {
    session.engine.pullError = "manifest unknown";
    const { code, err } = await session.run("up");
    expect(code).toBe(2);
    expect(err).toMatch(/The image \S+ is not on the engine and cannot be pulled: .*manifest unknown/);
    nothingMade();
  });

  it("when the environment runs from another checkout, until it is adopted", async () => {
    const labels = { "datalab.environment": "fake", "datalab.group": "core", "datalab.component": "redis" };
    const theirs = session.engine.create({ name: "fake-redis", labels });
    session.engine.start(theirs.id);
    const { code, err } = await session.run("up");
    expect(code).toBe(2);
    expect(err).toContain(`The engine runs an environment "fake" that is not this checkout's (1 containers)`);
    expect(session.engine.container("fake-redis").id).toBe(theirs.id);
    nothingMade();

    await session.succeed("up", "--adopt");
    expect(session.engine.container("fake-redis").id).not.toBe(theirs.id);
  });
});
