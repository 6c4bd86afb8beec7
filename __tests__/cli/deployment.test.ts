import { FakeSession } from "../support/fake-session";

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
  });
});
