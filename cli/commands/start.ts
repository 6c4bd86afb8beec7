import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksFor } from "../model/select";
import { whileLocked } from "../up/lock";
import { openOwn } from "../up/own";
import { startAndReport } from "../up/start";

/** `datalab start [groups…]`: starts stopped containers, with those that they need, and waits until they are healthy. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = await openOwn(invocation, "start");
  const containers = containersOf(opened.environment, stacksFor(opened.environment, invocation.args));
  const started = await whileLocked(opened, "start", () => startAndReport(opened, invocation.terminal, containers));
  if (invocation.terminal.json) invocation.terminal.printJson({ environment: opened.environment.name, started });
  return 0;
}
