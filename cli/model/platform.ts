import { projectFolder } from "../../constructs/core/project";
import type { Built } from "./build";
import { buildOf } from "./content";
import type { EnvironmentDescription } from "./description";
import { FactsCache } from "./facts-cache";
import { noteReadVariables } from "./read-variables";
import { areAsWritten, hashesFor } from "./written-files";

/** An environment that can be written. */
export interface OpenPlatform {
  readonly environment: EnvironmentDescription;
  /** Writes its stacks, unless what is there is the same already, and its folders and secrets where they are missing. */
  readonly write: () => void;
}

/** All that synthesis read in this process: files are loaded once, whichever environment is built first. */
const variables = new Set<string>();

/**
 * Opens an environment: from the facts that an earlier command kept, or else by building it. Nothing is written but facts.
 *
 * @param code name of the compiled sources that run; without one nothing is kept. Default: see `buildOf`
 * @throws ConfigurationError when it is invalid.
 */
export function openPlatform(name: string, code: string | undefined = runningBuild()): OpenPlatform {
  const top = projectFolder();
  const cache = code === undefined ? undefined : new FactsCache(top, code);
  const kept = cache?.read(name);
  if (kept === undefined) return built(name, cache);
  const { environment, files } = kept;
  return {
    environment,
    write: () => {
      if (files !== undefined && areAsWritten(top, files)) layOut(top, environment);
      else built(name, cache).write();
    },
  };
}

/**
 * Writes environments to `cdktf.out`, with the folders and secrets that they refer to; nothing before all are checked.
 *
 * @param names Default: all
 * @throws ConfigurationError when one of them is invalid.
 */
export function writeEnvironments(names?: readonly string[]): readonly EnvironmentDescription[] {
  const top = projectFolder();
  const code = runningBuild();
  const cache = code === undefined ? undefined : new FactsCache(top, code);
  const { environments, write } = build(names);
  const written = noteReadVariables(variables, write);
  for (const environment of environments) {
    cache?.keep({ environment, files: hashesFor(environment, written) }, variables);
  }
  return environments;
}

function layOut(top: string, environment: EnvironmentDescription): void {
  // Loaded only here, because it brings what makes certificates.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { layOutDockerFiles } = require("../../stacks/docker-files") as typeof import("../../stacks/docker-files");
  layOutDockerFiles(top, environment);
}

function built(name: string, cache: FactsCache | undefined): OpenPlatform {
  const { environments, write } = build([name]);
  const [environment] = environments;
  if (!environment) throw new Error(`${name} was not built`);
  cache?.keep({ environment, files: undefined }, variables);
  return {
    environment,
    write: () => {
      const written = noteReadVariables(variables, write);
      cache?.keep({ environment, files: hashesFor(environment, written) }, variables);
    },
  };
}

function build(names?: readonly string[]): Built {
  return noteReadVariables(variables, () => {
    // Loaded only here, because it brings cdktf. Its files may read variables, too.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { build: make } = require("./build") as typeof import("./build");
    return make(names);
  });
}

function runningBuild(): string | undefined {
  return buildOf(projectFolder(), __filename);
}
