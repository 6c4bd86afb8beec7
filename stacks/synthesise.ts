import type { App } from "cdktf";
import { environmentNames, loadEnvironment } from "../config/load";
import type { PlatformEnvironment } from "../constructs/core/environment";
import { projectFolder } from "../constructs/core/project";
import { buildEnvironment } from "./environment";
import { prepareDockerFiles } from "./docker-files";

/**
 * Checks and builds all environments, then writes them to the app's output folder. Nothing is written before all are checked.
 *
 * @param names the environments. Default: all
 * @throws ConfigurationError when one of them is not as it must be.
 */
export function synthesise(app: App, names: readonly string[] = environmentNames()): PlatformEnvironment[] {
  const configs = names.map((name) => loadEnvironment(name));
  const environments = configs.map((config) => buildEnvironment(app, config));
  for (const environment of environments) prepareDockerFiles(projectFolder(), environment);
  app.synth();
  return environments;
}
