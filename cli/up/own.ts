import type { Invocation } from "../invocation";
import { openOnEngine, type OpenOnEngine } from "../open-environment";
import { refuseForeign } from "./foreign";
import { look } from "./reality";

/**
 * Opens an environment for a command that changes its containers.
 *
 * @param what the command, for the message
 * @throws PreflightError when they belong to another checkout, the environment has none of its own, or there is no engine.
 */
export async function openOwn(invocation: Invocation, what: string): Promise<OpenOnEngine> {
  const opened = await openOnEngine(invocation, what);
  refuseForeign(opened.environment, await look(opened.engine, opened.environment, opened.top));
  return opened;
}
