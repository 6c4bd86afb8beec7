import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { datalab, datalabJson, stackFolder, type Status, succeed, workspace } from "./support/datalab";
import { describeOnEngine } from "./support/describe";
import { plannedChanges } from "./support/terraform";
import { baseConfiguration, environmentName, writeEnvironment } from "./support/workspace";

/** Runs what follows with the newest line of Node. */
const newestNode = [join(projectFolder(), ".ci", "on-node"), "26"];

describe.each([
  ["npx cdktf", ["npx", "--no-install", "cdktf"]],
  ["npx cdktf on the newest Node", [...newestNode, "npx", "--no-install", "cdktf"]],
  ["the successor's command on the newest Node", [...newestNode, "npx", "--yes", "cdktn-cli@0.24.0"]],
])("%s", (name, command) => {
  describeOnEngine(`plain CDK for Terraform by ${name}`, () => {
    beforeAll(() => {
      datalab("destroy", "--data", "--confirm", environmentName);
      // As on a clean checkout: nothing of our command has run.
      for (const folder of [".datalab", "cdktf.out"]) {
        rmSync(join(workspace(), folder), { recursive: true, force: true });
      }
      writeEnvironment(workspace(), { ...baseConfiguration, groups: ["core"] });
    });

    afterAll(() => {
      datalab("destroy", "--data", "--confirm", environmentName);
      writeEnvironment(workspace(), baseConfiguration);
    });

    it("deploys an environment on its own", () => {
      const [program = "", ...words] = command;
      const { status, stdout, stderr } = spawnSync(
        program,
        [
          ...words,
          "deploy",
          `${environmentName}-*`,
          "--auto-approve",
          "--parallelism",
          "1",
          // The lock would be asked of Terraform's registry, which a machine with a mirror may not reach.
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
});
