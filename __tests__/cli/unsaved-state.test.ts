import { FakeSession } from "../support/fake-session";
import { readFileSync, writeFileSync } from "node:fs";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
  await session.succeed("up");
  session.terraform.calls.length = 0;
});
afterEach(() => session.end());

describe("a state that could not be written", () => {
  it.each([["plan"], ["down"]])("is put back before %s does anything", async (command) => {
    writeFileSync(session.file("cdktf.out/stacks/fake-core/errored.tfstate"), "{}");
    const { code, err } = await session.run(command);
    expect(code).toBe(2);
    expect(err).toContain("could not write the state of fake-core");
    expect(err).toContain("state push errored.tfstate");
    expect(session.terraform.log.filter((line) => line !== "version")).toEqual([]);
  });

  it("is refused when it was cut off, and left as it is", async () => {
    const file = session.file(".datalab/state/fake-core.tfstate");
    const half = readFileSync(file, "utf8").slice(0, 40);
    writeFileSync(file, half);
    const { code, err } = await session.run("up");
    expect(code).toBe(2);
    expect(err).toContain("fake-core.tfstate.backup: put it in place");
    expect(err).not.toContain("mistake in datalab");
    expect(readFileSync(file, "utf8")).toBe(half);
  });
});
