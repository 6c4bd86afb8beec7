import type { App } from "cdktf";
import type { EnvironmentConfig } from "../config/schema";
import { PlatformEnvironment } from "../constructs/core/environment";
import { addExporters } from "../constructs/core/exporters";
import type { GroupStack } from "../constructs/core/group-stack";
import { orderOf, type StackOrder } from "../constructs/core/order";
import type { Target } from "../constructs/core/target";
import { buildCore } from "./core";
import { groups } from "./groups";

/**
 * Puts an environment together: first every component is described, then each stack is lowered,
 * so that nothing depends on the order in which components were named.
 *
 * @throws ConfigurationError when the configuration does not fit the components.
 */
export function buildEnvironment(app: App, config: EnvironmentConfig): PlatformEnvironment {
  const environment = new PlatformEnvironment(app, config);
  const target = loadTarget(environment);
  const core = target.groupStack("core");
  const roles = buildCore(core, target);
  const stacks = [core];
  for (const { name, build } of groups) {
    if (!config.groups.includes(name)) continue;
    const stack = target.groupStack(name);
    build(stack, roles);
    stacks.push(stack);
  }
  addExporters(environment, stacks);
  target.addAgents(stacks);
  lower(environment, stacks);
  return environment;
}

/**
 * Checks an environment of which all components exist, and lowers its stacks.
 *
 * @throws ConfigurationError when something in it does not fit together.
 */
export function lower(environment: PlatformEnvironment, stacks: readonly GroupStack[]): void {
  environment.verify();
  const orders: StackOrder[] = [];
  for (const stack of stacks) {
    const order = orderOf(environment, stack.id, orders);
    orders.push(order);
    stack.runtime.lower(order);
  }
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
