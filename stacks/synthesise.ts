import type { App } from "cdktf";
import { environmentNames, loadEnvironment } from "../config/load";
import type { PlatformEnvironment } from "../constructs/core/environment";
import { projectFolder } from "../constructs/core/project";
import { AtomicApp } from "./atomic-app";
import { prepareDockerFiles } from "./docker-files";
import { buildEnvironment } from "./environment";
import { withoutStackTraces } from "./stack-traces";

/**
 * Checks and builds environments, without writing anything.
 *
 * @param names the environments. Default: all
 * @throws ConfigurationError when one of them is invalid.
 */
export function assemble(app: App, names: readonly string[] = environmentNames()): PlatformEnvironment[] {
  const configs = names.map((name) => loadEnvironment(name));
  return withoutStackTraces(() => configs.map((config) => buildEnvironment(app, config)));
}

/** Writes built environments to the app's output folder, and lays out what Terraform expects beside them. */
export function write(app: App, environments: readonly PlatformEnvironment[]): void {
  for (const environment of environments) prepareDockerFiles(projectFolder(), environment);
  withoutStackTraces(() => {
    app.synth();
  });
}

/**
 * Both, for all environments: nothing is written before all are checked.
 *
 * @param outdir where the synthesised files go
 * @throws ConfigurationError when one of them cannot be used.
 */
export function synthesise(outdir: string): void {
  for (const name of environmentNames()) loadEnvironment(name);
  const app = new AtomicApp(outdir);
  write(app, assemble(app));
}
