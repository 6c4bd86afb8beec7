import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { checkEnvironment } from "../../../config/load";
import type { GroupStack } from "../../../constructs/core/group-stack";
import { PlatformEnvironment } from "../../../constructs/core/environment";
import { DockerTarget } from "../../../constructs/docker";
import { prepareDockerFiles } from "../../../stacks/docker-files";
import { lower } from "../../../stacks/environment";
import { removeEnvironment } from "./engine";

/** An environment with whatever components a test wants, in a folder of its own, without our command. */
export class Scratch {
  readonly top = mkdtempSync(join(tmpdir(), "datalab-scratch-"));

  constructor(readonly name: string) {
    mkdirSync(join(this.top, "cdktf.out"));
  }

  /**
   * Synthesises the group `core` with what `fill` puts into it.
   *
   * @param configuration settings of the environment beside its name, target and group
   */
  synthesise(fill: (stack: GroupStack) => void, configuration: object = {}): void {
    const app = new App({ outdir: join(this.top, "cdktf.out") });
    const input = { name: this.name, target: "docker", groups: ["core"], ...configuration };
    const environment = new PlatformEnvironment(app, checkEnvironment(this.name, input));
    const stack = new DockerTarget(environment).groupStack("core");
    fill(stack);
    lower(environment, [stack]);
    prepareDockerFiles(this.top, environment);
    app.synth();
  }

  /** Folder of a synthesised stack. */
  stack(part: string): string {
    return join(this.top, `cdktf.out/stacks/${this.name}-${part}`);
  }

  /** Removes what was deployed, and the folder. */
  async remove(): Promise<void> {
    await removeEnvironment(this.name);
    rmSync(this.top, { recursive: true, force: true });
  }
}
