import { writeFileSync } from "node:fs";
import { FakeSession, smallEnvironment } from "../support/fake-session";
import { Fingerprints } from "../../cli/up/fingerprint";
import { Engine } from "../../cli/engine/client";
import type { EnvironmentDescription, FolderDescription, StackDescription } from "../../cli/model/description";
import type { Reality } from "../../cli/up/repair-plan";

let session: FakeSession;
/** Two `up`: the second one's plans are empty, and remembered. */
beforeEach(async () => {
  session = await FakeSession.start();
  await session.succeed("up");
  await session.succeed("up");
  session.terraform.calls.length = 0;
});
afterEach(() => session.end());

/** The stacks that the next `up` asks Terraform about. */
async function planned(): Promise<string[]> {
  await session.succeed("up");
  return session.terraform.stacksOf("plan");
}

it("what was empty and is the same is not planned again, until that is asked for", async () => {
  expect(await planned()).toEqual([]);
  await session.succeed("up", "--refresh");
  // Both are planned at the same time.
  expect(session.terraform.stacksOf("plan").sort()).toEqual(["fake-core", "fake-foundation"]);
});

it("an edit is planned", async () => {
  session.configure({ ...smallEnvironment, sizes: { redis: { memoryMiB: 256 } } });
  expect(await planned()).toContain("fake-core");
});

it("another secret is planned, and reaches the container", async () => {
  const { id } = session.engine.container("fake-redis");
  writeFileSync(session.file(".datalab/secrets/fake/redis.password"), "A".repeat(32));
  expect(await planned()).toContain("fake-core");
  expect(session.engine.container("fake-redis").id).not.toBe(id);
});

it.each([
  [
    "a container that is gone",
    () => {
      session.engine.remove("fake-redis");
    },
  ],
  [
    "a volume that is gone",
    () => {
      session.engine.volumes.delete("fake-redis-data");
    },
  ],
  [
    "another state",
    () => {
      writeFileSync(session.file(".datalab/state/fake-core.tfstate"), `{"resources":[]}`);
    },
  ],
])("%s is planned", async (_what, change) => {
  change();
  await session.run("up");
  expect(session.terraform.stacksOf("plan")).not.toEqual([]);
});

it("nothing is remembered of a plan with changes: when its apply fails, the next up goes on", async () => {
  session.configure({ ...smallEnvironment, sizes: { redis: { memoryMiB: 256 } } });
  session.terraform.conduct = ({ command }) =>
    command === "apply" ? { fail: { summary: "the provider crashed" } } : undefined;
  expect((await session.run("up")).code).toBe(1);
  session.terraform.conduct = () => undefined;
  session.terraform.calls.length = 0;
  await session.succeed("up");
  expect(session.terraform.stacksOf("apply")).toEqual(["fake-core"]);
});

it("an edited file of a folder that services read is planned, though the description names no content", async () => {
  const stack = { id: "fake-core", networks: [], volumes: [], builds: [] } as unknown as StackDescription;
  const reality = { found: [] } as unknown as Reality;
  const prints = (folder: FolderDescription): Fingerprints => {
    const environment = { name: "fake", containers: [], folders: [folder] } as unknown as EnvironmentDescription;
    return new Fingerprints(Object.create(Engine.prototype) as Engine, environment, session.file(""));
  };
  const before = { path: "workloads/dags", hash: "0123456789ab" };
  await prints(before).remember(stack, reality);
  expect(await prints(before).unchanged([stack], reality)).toEqual(new Set(["fake-core"]));
  expect(await prints({ ...before, hash: "ba9876543210" }).unchanged([stack], reality)).toEqual(new Set());
});
