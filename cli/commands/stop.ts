import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksOn } from "../model/select";
import { openEngineSession } from "../session";
import { stopAndReport } from "../up/start";

/** `datalab stop [groups…]`: stops containers and keeps them, with those that stand on them. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const session = await openEngineSession(invocation, "stop");
  const containers = containersOf(session.environment, stacksOn(session.environment, invocation.args));
  await stopAndReport(session, invocation.terminal, containers);
  return 0;
}
