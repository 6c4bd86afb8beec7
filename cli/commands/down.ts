import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openEnvironment } from "../open-environment";
import { takeDown } from "../up/down";

/** `datalab down [groups…]`: removes containers, with those that stand on them; network and data stay. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  await takeDown(openEnvironment(invocation), invocation.args, invocation.terminal);
  return 0;
}
