import { findContainers } from "../engine/ours";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksOn } from "../model/select";
import { whileLocked } from "../up/lock";
import { openOwn } from "../up/own";
import { startAndReport, stopAndReport } from "../up/start";

/** `datalab restart [groups…]`: stops what runs, with what stands on it, and starts the same again. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = await openOwn(invocation, "restart");
  const { environment, engine } = opened;
  const running = new Set(
    (await findContainers(engine, environment.name)).filter(({ state }) => state !== "exited").map(({ name }) => name),
  );
  const affected = containersOf(environment, stacksOn(environment, invocation.args)).filter(({ name }) =>
    running.has(name),
  );
  // One lock for both, so that no command comes between.
  const { stopped, started } = await whileLocked(opened, "restart", async () => ({
    stopped: await stopAndReport(opened, invocation.terminal, affected),
    started: await startAndReport(opened, invocation.terminal, affected),
  }));
  if (invocation.terminal.json) invocation.terminal.printJson({ environment: environment.name, stopped, started });
  return 0;
}
