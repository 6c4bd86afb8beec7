import { existsSync, readFileSync } from "node:fs";
import { EnvironmentLock } from "../../cli/up/lock";
import { FakeSession } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
});
afterEach(() => session.end());

const hangAtMinio = (): void => {
  session.terraform.conduct = ({ command, stack }) =>
    command === "apply" && stack === "fake-core" ? { hang: "docker_container.minio" } : undefined;
};

describe("the lock", () => {
  it("keeps a second command out while one works, and lets it in afterwards", async () => {
    hangAtMinio();
    const first = session.run("up");
    const { pid } = await session.terraform.hung();
    expect(readFileSync(session.file(".datalab/locks/fake.json"), "utf8")).toContain(String(pid));
    const second = await session.run("down");
    expect(second.code).toBe(2);
    expect(second.err).toContain(`"datalab up --env fake" (process ${process.pid}, since `);
    session.terraform.release();
    expect((await first).code).toBe(0);
    await session.succeed("down");
  });

  it.each([
    ["succeeds", ["up"], 0],
    ["is refused", ["up"], 2],
    ["fails", ["up"], 1],
  ] as const)("is free after a command that %s", async (what, words, expected) => {
    if (what === "is refused") session.engine.memoryBytes = 1;
    if (what === "fails") session.engine.behaviours.set("fake-redis", { exitCode: 1 });
    expect((await session.run(...words)).code).toBe(expected);
    expect(existsSync(session.file(".datalab/locks/fake.json"))).toBe(false);
  });

  it.each([[["stop"]], [["start"]], [["restart"]], [["secrets", "rotate", "redis"]], [["plan"]], [["down"]]])(
    "is free after %j",
    async (words) => {
      await session.succeed("up");
      await session.succeed(...words);
      expect(existsSync(session.file(".datalab/locks/fake.json"))).toBe(false);
    },
  );
});

describe("the lock of a restart", () => {
  it("is one for its stop and its start, so that no command comes between", async () => {
    await session.succeed("up");
    const take = jest.spyOn(EnvironmentLock, "take");
    await session.succeed("restart");
    const commands = take.mock.calls.map(([, , command]) => command);
    take.mockRestore();
    expect(commands).toEqual(["datalab restart --env fake"]);
  });
});

describe("an interrupt", () => {
  it("reaches Terraform once, which finishes what it began; up continues from there", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-core" ? { hang: "docker_container.minio", stubborn: true } : undefined;
    const up = session.run("up");
    const call = await session.terraform.hung();
    process.emit("SIGINT");
    await session.terraform.interrupted(call);
    process.emit("SIGINT");
    session.terraform.release();
    const { code, err } = await up;
    await call.ended;
    expect(call.interrupts).toBe(1);
    expect(code).toBe(1);
    expect(err).toContain("Interrupted: waiting for Terraform to finish");
    expect(err).toContain("./datalab up --env fake continues from here");
    expect(existsSync(session.file(".datalab/locks/fake.json"))).toBe(false);
    const { id } = session.engine.container("fake-minio");
    expect(session.engine.find("fake-redis")).toBeUndefined();

    session.terraform.conduct = () => undefined;
    await session.succeed("up");
    expect(session.engine.container("fake-minio").id).toBe(id);
    expect(session.engine.container("fake-redis").health).toBe("healthy");
  });

  it("leaves no listener behind", async () => {
    const before = process.listenerCount("SIGINT");
    await session.succeed("up");
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});

describe("a Terraform that is killed", () => {
  it("fails the command, and what it had not noted is recreated", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-core" ? { killed: "docker_container.minio" } : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("it was killed (SIGKILL)");
    const { id } = session.engine.container("fake-minio");

    session.terraform.conduct = () => undefined;
    const { out } = await session.succeed("up");
    expect(out).toContain("repair: fake-minio is in no state");
    expect(session.engine.container("fake-minio").id).not.toBe(id);
  });

  it("after it made the network has it taken over", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-foundation" ? { killed: "docker_network.dataflow" } : undefined;
    expect((await session.run("up")).code).toBe(1);
    const network = session.engine.networks.get("fake-dataflow")?.id;
    expect(network).toBeDefined();

    session.terraform.conduct = () => undefined;
    const { out } = await session.succeed("up");
    expect(out).toContain("the network fake-dataflow exists and is in no state");
    expect(session.engine.networks.get("fake-dataflow")?.id).toBe(network);
  });
});
