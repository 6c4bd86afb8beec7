import { findContainers } from "../engine/ours";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { containersOf, stacksOn } from "../model/select";
import { openEngineSession } from "../session";
import { startAndReport, stopAndReport } from "../up/start";

/** `datalab restart [groups…]`: stops what runs, with what stands on it, and starts the same again. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const session = await openEngineSession(invocation, "restart");
  const { environment, engine } = session;
  const running = new Set(
    (await findContainers(engine, environment.name)).filter(({ state }) => state !== "exited").map(({ name }) => name),
  );
  const affected = containersOf(environment, stacksOn(environment, invocation.args)).filter(({ name }) =>
    running.has(name),
  );
  await stopAndReport(session, invocation.terminal, affected);
  await startAndReport(session, invocation.terminal, affected);
  return 0;
}
