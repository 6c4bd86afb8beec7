import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { environmentNames, loadEnvironment } from "../../config/load";
import { projectFolder } from "../../constructs/core/project";
import { assemble, write } from "../../stacks/synthesise";
import { describe } from "./describe";
import type { EnvironmentDescription } from "./description";

/** Environments that were checked and built, and can be written. */
export interface Platform {
  readonly environments: readonly EnvironmentDescription[];
  /** Writes stacks to `cdktf.out`, and folders and secrets that they refer to. */
  readonly write: () => void;
}

/** Folder of the synthesised stacks. */
export function outputFolder(): string {
  return join(projectFolder(), "cdktf.out");
}

/**
 * Checks and builds environments; nothing is left on disk before `write`.
 *
 * @param names Default: all
 * @throws ConfigurationError when one of them is not as it must be.
 */
export function buildPlatform(names: readonly string[] = environmentNames()): Platform {
  for (const name of names) loadEnvironment(name);
  const folder = outputFolder();
  const wasThere = existsSync(folder);
  // cdktf makes the folder as soon as there is an app.
  const app = new App({ outdir: folder });
  try {
    const environments = assemble(app, names);
    return {
      environments: environments.map(describe),
      write: () => {
        write(app, environments);
      },
    };
  } catch (error) {
    if (!wasThere) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** One environment. */
export function buildEnvironmentPlatform(name: string): { environment: EnvironmentDescription; write: () => void } {
  const platform = buildPlatform([name]);
  const [environment] = platform.environments;
  if (!environment) throw new Error(`${name} was not built`);
  return {
    environment,
    write: () => {
      platform.write();
    },
  };
}
