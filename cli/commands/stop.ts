import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksOn } from "../model/select";
import { whileLocked } from "../up/lock";
import { openOwn } from "../up/own";
import { stopAndReport } from "../up/start";

/** `datalab stop [groups…]`: stops containers and keeps them, with those that stand on them. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = await openOwn(invocation, "stop");
  const containers = containersOf(opened.environment, stacksOn(opened.environment, invocation.args));
  const stopped = await whileLocked(opened, "stop", () => stopAndReport(opened, invocation.terminal, containers));
  if (invocation.terminal.json) invocation.terminal.printJson({ environment: opened.environment.name, stopped });
  return 0;
}
