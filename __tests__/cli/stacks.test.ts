import type { EnvironmentInput } from "../../config/schema";
import { FakeSession, smallEnvironment } from "../support/fake-session";

let session: FakeSession;
afterEach(() => session.end());

describe("the stacks of a Docker host", () => {
  const both: EnvironmentInput = { ...smallEnvironment, groups: ["core", "ml"] };
  beforeEach(async () => {
    session = await FakeSession.start(both);
  });

  it("are applied after those that they stand on, images beside core", async () => {
    const running: string[] = [];
    session.terraform.conduct = ({ command, stack }) => {
      if (command === "apply") {
        const done = session.terraform.calls.filter((call) => call.command === "apply" && call.exitCode === 0);
        running.push(
          `${stack} after ${done
            .map((call) => call.stack)
            .toSorted()
            .join(" ")}`,
        );
      }
      return undefined;
    };
    await session.succeed("up");
    expect(running.at(-1)).toBe("fake-ml after fake-core fake-foundation fake-ml-images");
    expect(running.find((line) => line.startsWith("fake-core"))).toContain("fake-foundation");
  });

  it("go on beside a broken build, and not behind it", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-ml-images"
        ? { fail: { address: "docker_image.mlflow", summary: "pip found no such version" } }
        : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("fake-ml-images, docker_image.mlflow: pip found no such version");
    expect(session.terraform.stacksOf("apply")).not.toContain("fake-ml");
    expect(session.engine.container("fake-redis").health).toBe("healthy");
  });

  it("are brought up for the groups that were asked for, with what these need", async () => {
    await session.succeed("up", "core");
    expect(session.terraform.stacksOf("apply")).toEqual(["fake-foundation", "fake-core"]);
    await session.succeed("up", "ml");
    expect(session.terraform.stacksOf("apply").slice(2).toSorted()).toEqual(["fake-ml", "fake-ml-images"]);
  });
});

describe("the stacks of AWS", () => {
  const name = "cloud";
  beforeEach(async () => {
    session = await FakeSession.start({
      name,
      target: "aws",
      region: "eu-central-1",
      domain: "lab.example.com",
      state: { kind: "s3", bucket: "lab-terraform-state" },
      operatorCidrs: ["192.0.2.0/24"],
      kafka: { brokers: 3 },
      groups: ["core", "ml"],
    });
  });

  it("are planned one after the other, because each reads what the one before has made", async () => {
    await session.succeed("up");
    const steps = session.terraform.log.filter((line) => /^(plan|apply) /.test(line));
    expect(steps.slice(0, 4)).toEqual([
      `plan ${name}-foundation`,
      `apply ${name}-foundation`,
      `plan ${name}-core`,
      `apply ${name}-core`,
    ]);
  });

  it.each(["plan", "apply"])("stop at a failed %s", async (failing) => {
    session.terraform.conduct = ({ command, stack }) =>
      command === failing && stack === `${name}-core` ? { fail: { summary: "AccessDenied" } } : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain(`${name}-core: AccessDenied`);
    expect(session.terraform.stacksOf("plan")).toEqual([`${name}-foundation`, `${name}-core`]);
    expect(session.terraform.stacksOf("apply")).toEqual([
      `${name}-foundation`,
      ...(failing === "apply" ? [`${name}-core`] : []),
    ]);
  });
});
