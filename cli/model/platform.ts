import { join } from "node:path";
import { environmentNames } from "../../config/load";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { projectFolder } from "../../constructs/core/project";
import { AtomicApp } from "../../stacks/atomic-app";
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

function build(names: readonly string[]): { app: AtomicApp; environments: PlatformEnvironment[] } {
  const app = new AtomicApp(join(projectFolder(), "cdktf.out"));
  return { app, environments: assemble(app, names) };
}
