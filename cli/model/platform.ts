import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { environmentNames, loadEnvironment } from "../../config/load";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { projectFolder } from "../../constructs/core/project";
import { assemble, write } from "../../stacks/synthesise";
import { describe } from "./describe";
import type { EnvironmentDescription } from "./description";

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
    environment: describe(environment),
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
  return environments.map(describe);
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
