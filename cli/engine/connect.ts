import { processEnvironment } from "../process-environment";
import { Engine } from "./client";
import { findEngineHost } from "./host";

/**
 * Connects to the engine that Docker's own command would use.
 *
 * @throws PreflightError when there is none, or it is too old.
 */
export function connectEngine(): Promise<Engine> {
  return Engine.connect(findEngineHost(processEnvironment()));
}
