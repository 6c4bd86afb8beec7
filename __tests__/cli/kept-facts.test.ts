import { FakeSession } from "../support/fake-session";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { openPlatform } from "../../cli/model/platform";

const mockBuilds = jest.fn();
jest.mock("../../cli/model/build", () => {
  const real = jest.requireActual<typeof import("../../cli/model/build")>("../../cli/model/build");
  return {
    build: (names?: readonly string[]) => {
      mockBuilds();
      return real.build(names);
    },
  };
});

const core = "cdktf.out/stacks/fake-core/cdk.tf.json";
let session: FakeSession;

/** What a command does with the environment, and how often it had to be built for that. */
function open({ write }: { write: boolean }, build = "one"): { builds: number; addresses: string[] } {
  mockBuilds.mockClear();
  const { environment, write: carryOut } = openPlatform("fake", build);
  if (write) carryOut();
  return {
    builds: mockBuilds.mock.calls.length,
    addresses: environment.containers.flatMap(({ ports }) => ports.map(({ address }) => address)),
  };
}

beforeEach(async () => {
  session = await FakeSession.start();
});

afterEach(async () => {
  await session.end();
});

it("builds an environment once for commands that only read", () => {
  const first = open({ write: false });
  expect(first.builds).toBe(1);
  expect(open({ write: false })).toEqual({ ...first, builds: 0 });
});

it("writes once, and afterwards only what is missing or was edited", () => {
  open({ write: true });
  const text = readFileSync(session.file(core), "utf8");
  expect(open({ write: true }).builds).toBe(0);

  const secret = session.file(".datalab/secrets/fake/redis.password");
  rmSync(secret);
  expect(open({ write: true }).builds).toBe(0);
  expect(readFileSync(secret, "utf8")).not.toBe("");

  writeFileSync(session.file(core), text.replace("fake-redis", "fake-other"));
  expect(open({ write: true }).builds).toBe(1);
  expect(readFileSync(session.file(core), "utf8")).toBe(text);

  rmSync(session.file(core));
  expect(open({ write: true }).builds).toBe(1);
  expect(readFileSync(session.file(core), "utf8")).toBe(text);
});

it("writes what a command that only read has not written", () => {
  open({ write: false });
  expect(open({ write: true }).builds).toBe(1);
  expect(readFileSync(session.file(core), "utf8")).toContain("fake-redis");
});

it("builds again for other sources", () => {
  const before = open({ write: true });
  session.configure({ name: "fake", target: "docker", groups: ["core"], bindAddress: "127.86.4.2" });
  const after = open({ write: true }, "two");
  expect(after.builds).toBe(1);
  expect(after.addresses).not.toEqual(before.addresses);
});

it("keeps nothing where sources run as they are", () => {
  openPlatform("fake").write();
  expect(open({ write: false }).builds).toBe(1);
});
