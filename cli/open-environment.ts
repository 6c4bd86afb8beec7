import { projectFolder } from "../constructs/core/project";
import type { Engine } from "./engine/client";
import { PreflightError } from "./exit";
import type { Invocation } from "./invocation";
import type { EnvironmentDescription } from "./model/description";
import { openPlatform } from "./model/platform";

/** An environment with what a command needs to work on it. */
export interface OpenEnvironment {
  readonly top: string;
  readonly environment: EnvironmentDescription;
  /** Writes the environment's stacks unless they are there, and its secrets where they are missing. */
  readonly write: () => void;
}

/** An environment whose containers are ours, with the engine that runs them. */
export interface OpenOnEngine extends OpenEnvironment {
  readonly engine: Engine;
}

/** @throws ConfigurationError when the environment is invalid. */
export function openEnvironment({ environment: name }: Invocation): OpenEnvironment {
  return { top: projectFolder(), ...openPlatform(name) };
}

/**
 * Opens an environment for a command that works on containers.
 *
 * @param what the command, for the message
 * @throws PreflightError when the environment has no containers of its own, or there is no engine.
 */
export async function openOnEngine(invocation: Invocation, what: string): Promise<OpenOnEngine> {
  const opened = openEnvironment(invocation);
  requireDocker(opened.environment, what);
  const { connectEngine } = await import("./engine/connect");
  return { ...opened, engine: await connectEngine() };
}

/** @throws PreflightError when the environment's target is not Docker. */
export function requireDocker({ name, target }: EnvironmentDescription, what: string): void {
  if (target === "docker") return;
  throw new PreflightError(
    `"${what}" works on containers of a Docker engine, and environment ${name} is deployed to ${target}. ` +
      `There, use the target's own tools; ./datalab plan, up and down work on ${name} as well.`,
  );
}
