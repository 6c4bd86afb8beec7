import { projectFolder } from "../constructs/core/project";
import { connectEngine } from "./engine/connect";
import type { Engine } from "./engine/client";
import { PreflightError } from "./exit";
import type { Invocation } from "./invocation";
import type { EnvironmentDescription } from "./model/description";
import { buildEnvironment } from "./model/platform";

/** An environment with what a command needs to work on it. */
export interface Session {
  readonly top: string;
  readonly environment: EnvironmentDescription;
  /** Writes the environment's stacks, and its secrets where they are missing. */
  readonly write: () => void;
}

/** A session on an environment whose containers are ours. */
export interface EngineSession extends Session {
  readonly engine: Engine;
}

/** @throws ConfigurationError when the environment is not as it must be. */
export function openSession({ environment: name }: Invocation): Session {
  const { environment, write } = buildEnvironment(name);
  return { top: projectFolder(), environment, write };
}

/**
 * A session for a command that works on containers.
 *
 * @param what the command, for the message
 * @throws PreflightError when the environment has no containers of its own, or there is no engine.
 */
export async function openEngineSession(invocation: Invocation, what: string): Promise<EngineSession> {
  const session = openSession(invocation);
  requireDocker(session.environment, what);
  return { ...session, engine: await connectEngine() };
}

/** @throws PreflightError when the environment's target is not Docker. */
export function requireDocker({ name, target }: EnvironmentDescription, what: string): void {
  if (target === "docker") return;
  throw new PreflightError(
    `"${what}" works on containers of a Docker engine, and environment ${name} is deployed to ${target}. ` +
      `There, use the target's own tools; ./datalab plan, up and down work on ${name} as well.`,
  );
}
