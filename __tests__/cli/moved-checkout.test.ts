import { FakeSession } from "../support/fake-session";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Terraform } from "../../cli/terraform/program";
import { TerraformStackRunner } from "../../cli/terraform/stack";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
  await session.succeed("up");
  session.terraform.calls.length = 0;
});
afterEach(() => session.end());

const initialisedAt = (top: string): boolean =>
  new TerraformStackRunner("fake-core", top, new Terraform(top, undefined)).initialisation.isDone;

describe("a checkout that was moved", () => {
  it("is initialised again, though its links still lead to the old place", () => {
    expect(initialisedAt(session.top)).toBe(true);
    const moved = `${session.top}-moved`;
    renameSync(session.top, moved);
    try {
      expect(initialisedAt(moved)).toBe(false);
    } finally {
      renameSync(moved, session.top);
    }
    expect(initialisedAt(session.top)).toBe(true);
  });

  it("is initialised again by the next command when its links lead nowhere", async () => {
    for (const name of readdirSync(session.file(".datalab/plugins"))) {
      rmSync(join(session.file(".datalab/plugins"), name), { recursive: true });
    }
    expect(initialisedAt(session.top)).toBe(false);
    await session.succeed("plan");
    expect(session.terraform.stacksOf("init").sort()).toEqual(["fake-core", "fake-foundation"]);
    expect(existsSync(session.file("cdktf.out/stacks/fake-core/.terraform/providers"))).toBe(true);
  });
});
