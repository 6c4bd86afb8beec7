import type { App } from "cdktf";
import type { EnvironmentConfig, GroupName } from "../config/schema";
import { PlatformEnvironment } from "../constructs/core/environment";
import type { PlatformStack } from "../constructs/core/platform-stack";
import type { CoreRoles } from "../constructs/core/roles";
import type { Target } from "../constructs/core/target";
import { buildCore } from "./core";
import { buildMl } from "./ml";
import { buildProcessing } from "./processing";

/** Fills the stack of a group that uses what core offers. */
type GroupBuilder = (stack: PlatformStack, roles: CoreRoles) => void;

const groups: Readonly<Record<Exclude<GroupName, "core">, GroupBuilder>> = {
  processing: buildProcessing,
  ml: buildMl,
};

/**
 * Puts an environment together: core first, then its other groups.
 *
 * @throws ConfigurationError when the configuration does not fit the components.
 */
export function buildEnvironment(app: App, config: EnvironmentConfig): PlatformEnvironment {
  const environment = new PlatformEnvironment(app, config);
  const target = loadTarget(environment);
  const core = target.groupStack("core");
  const roles = buildCore(core, target);
  core.runtime.complete();
  for (const group of config.groups) {
    if (group === "core") continue;
    const stack = target.groupStack(group);
    groups[group](stack, roles);
    stack.runtime.complete();
  }
  environment.verify();
  return environment;
}

/** Loads the classes of the environment's own target only: those of a provider take longer than all of ours. */
function loadTarget(environment: PlatformEnvironment): Target {
  /* eslint-disable @typescript-eslint/no-require-imports */
  if (environment.config.target === "docker") {
    const { DockerTarget } = require("../constructs/docker") as typeof import("../constructs/docker");
    return new DockerTarget(environment);
  }
  const { AwsTarget } = require("../constructs/aws") as typeof import("../constructs/aws");
  return new AwsTarget(environment);
  /* eslint-enable @typescript-eslint/no-require-imports */
}
