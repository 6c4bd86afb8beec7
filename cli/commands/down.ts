import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openSession } from "../session";
import { takeDown } from "../up/down";

/** `datalab down [groups…]`: removes containers, with those that stand on them; network and data stay. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  await takeDown(openSession(invocation), invocation.args, invocation.terminal);
  return 0;
}
