import { join } from "node:path";
import { environmentNames } from "../../config/load";
import { projectFolder } from "../../constructs/core/project";
import { AtomicApp } from "../../stacks/atomic-app";
import { assemble, write } from "../../stacks/synthesise";
import { describe } from "./describe";
import type { EnvironmentDescription } from "./description";

/** Environments that were built, and not written yet. */
export interface Built {
  readonly environments: readonly EnvironmentDescription[];
  /**
   * Writes them to `cdktf.out`, with the folders and secrets that they refer to.
   *
   * @returns hashes of what was written, by paths below `cdktf.out`
   */
  readonly write: () => ReadonlyMap<string, string>;
}

/**
 * Checks and builds environments. Whoever imports this file loads cdktf, which takes longer than most commands.
 *
 * @param names Default: all
 * @throws ConfigurationError when one of them is invalid; then nothing is left on disk.
 */
export function build(names: readonly string[] = environmentNames()): Built {
  const app = new AtomicApp(join(projectFolder(), "cdktf.out"));
  const environments = assemble(app, names);
  return {
    environments: environments.map(describe),
    write: () => {
      write(app, environments);
      return app.written;
    },
  };
}
