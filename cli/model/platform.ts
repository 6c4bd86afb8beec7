import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { environmentNames, loadEnvironment } from "../../config/load";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import type { PlatformStack } from "../../constructs/core/platform-stack";
import { projectFolder } from "../../constructs/core/project";
import { assemble, write } from "../../stacks/synthesise";
import { describe } from "./describe";
import type { EnvironmentDescription } from "./description";
import { withoutStackTraces } from "../../stacks/stack-traces";

/**
 * Checks and builds environments; nothing is left on disk.
 *
 * @throws ConfigurationError when one of them is not as it must be.
 */
export function buildEnvironment(name: string): { environment: EnvironmentDescription; write: () => void } {
  const { app, environments } = build([name]);
  const [environment] = environments;
  if (!environment) throw new Error(`${name} was not built`);
  return {
    environment: withoutStackTraces(() => describe(environment, (stack) => stack.toTerraform() as unknown)),
    write: () => {
      write(app, environments);
    },
  };
}

/**
 * Writes environments to `cdktf.out`, with the folders and secrets that they refer to; nothing before all are checked.
 *
 * @param names Default: all
 * @throws ConfigurationError when one of them is not as it must be.
 */
export function writeEnvironments(names: readonly string[] = environmentNames()): EnvironmentDescription[] {
  const { app, environments } = build(names);
  write(app, environments);
  // Reading what was written costs a tenth of rendering it again.
  return environments.map((environment) => describe(environment, (stack) => readWritten(app, stack)));
}

function build(names: readonly string[]): { app: App; environments: PlatformEnvironment[] } {
  for (const name of names) loadEnvironment(name);
  const folder = join(projectFolder(), "cdktf.out");
  const wasThere = existsSync(folder);
  // cdktf makes the folder as soon as there is an app.
  const app = new App({ outdir: folder });
  try {
    return { app, environments: assemble(app, names) };
  } catch (error) {
    if (!wasThere) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function readWritten(app: App, stack: PlatformStack): unknown {
  return JSON.parse(readFileSync(join(app.outdir, "stacks", stack.node.id, "cdk.tf.json"), "utf8"));
}
