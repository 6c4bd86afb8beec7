import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksFor } from "../model/select";
import { openOnEngine } from "../open-environment";
import { startAndReport } from "../up/start";

/** `datalab start [groups…]`: starts stopped containers, with those that they need, and waits until they are healthy. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = await openOnEngine(invocation, "start");
  const containers = containersOf(opened.environment, stacksFor(opened.environment, invocation.args));
  await startAndReport(opened, invocation.terminal, containers);
  return 0;
}
