import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksFor } from "../model/select";
import { openEngineSession } from "../session";
import { startAndReport } from "../up/start";

/** `datalab start [groups…]`: starts stopped containers, with those that they need, and waits until they are healthy. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const session = await openEngineSession(invocation, "start");
  const containers = containersOf(session.environment, stacksFor(session.environment, invocation.args));
  await startAndReport(session, invocation.terminal, containers);
  return 0;
}
