import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { datalab, datalabJson, stackFolder, type Status, succeed, workspace } from "./support/datalab";
import { describeOnEngine } from "./support/describe";
import { plannedChanges } from "./support/terraform";
import { baseConfiguration, environmentName, writeEnvironment } from "./support/workspace";

describeOnEngine("plain CDK for Terraform", () => {
  beforeAll(() => {
    datalab("destroy", "--data", "--confirm", environmentName);
    // As on a clean checkout: nothing of our command has run.
    for (const folder of [".datalab", "cdktf.out"]) rmSync(join(workspace(), folder), { recursive: true, force: true });
    writeEnvironment(workspace(), { ...baseConfiguration, groups: ["core"] });
  });

  afterAll(() => {
    datalab("destroy", "--data", "--confirm", environmentName);
    writeEnvironment(workspace(), baseConfiguration);
  });

  it("deploys an environment on its own", () => {
    // The lock would be asked of Terraform's registry, which a machine with a mirror may not reach.
    const { status, stdout, stderr } = spawnSync(
      "npx",
      [
        "--no-install",
        "cdktf",
        "deploy",
        `${environmentName}-*`,
        "--auto-approve",
        "--parallelism",
        "1",
        "--skip-provider-lock",
      ],
      { cwd: workspace(), encoding: "utf8", env: { ...process.env, CI: "1", CHECKPOINT_DISABLE: "1" } },
    );
    expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
    for (const part of ["foundation", "core"]) expect(plannedChanges(stackFolder(part))).toEqual([]);
  });

  it("leaves what our command goes on with", () => {
    expect(succeed("up", "core")).toContain("nothing to change");
    const { components } = datalabJson("status") as Status;
    expect(components.filter(({ health }) => health !== "healthy")).toEqual([]);
  });
});
