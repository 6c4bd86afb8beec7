import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { environmentNames, loadEnvironment } from "../../config/load";
import { projectFolder } from "../../constructs/core/project";
import { buildEnvironment } from "../../stacks/environment";
import { prepareDockerFiles } from "../../stacks/docker-files";
import { terraform } from "../integration/support/terraform";

const providers = {
  docker: { source: "kreuzwerker/docker", version: "4.5.0" },
  aws: { source: "hashicorp/aws", version: "5.100.0" },
} as const;

/** Whether Terraform can install a provider here. */
function available(target: keyof typeof providers): boolean {
  const folder = mkdtempSync(join(tmpdir(), "datalab-provider-"));
  const source = { [target]: providers[target] };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: source } }));
  const { status, output } = terraform(folder, "init", "-no-color");
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0) process.stderr.write(`Stacks of ${target} are not validated, because: ${output}\n`);
  return status === 0;
}

const installable = { docker: available("docker"), aws: available("aws") };

describe.each(environmentNames())("environment %s", (name) => {
  const config = loadEnvironment(name);
  const top = mkdtempSync(join(tmpdir(), "datalab-validate-"));
  const app = new App({ outdir: join(top, "cdktf.out") });
  const environment = buildEnvironment(app, config);
  prepareDockerFiles(top, environment);
  // Stacks name the files of the folders that containers get.
  symlinkSync(join(projectFolder(), "workloads"), join(top, "workloads"));
  app.synth();

  afterAll(() => {
    rmSync(top, { recursive: true, force: true });
  });

  const check = installable[config.target] ? it : it.skip;
  check.each(environment.stacks.map(({ id }) => id))("has a valid stack %s", (stack) => {
    const folder = join(top, "cdktf.out/stacks", stack);
    const init = terraform(folder, "init", "-backend=false", "-no-color");
    expect({ status: init.status, output: init.status === 0 ? "" : init.output }).toEqual({ status: 0, output: "" });
    const { status, output } = terraform(folder, "validate", "-no-color");
    expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
  });
});
