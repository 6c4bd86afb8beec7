import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openEnvironment } from "../open-environment";

/**
 * `datalab down [groups…]`: removes containers, with those that stand on them; network and data stay.
 * On AWS it destroys the groups' resources, after the environment's name was typed or given by `--confirm`.
 */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, options, terminal } = invocation;
  const opened = openEnvironment(invocation);
  const result = await (async () => {
    if (opened.environment.target === "docker") {
      const { downDocker } = await import("../up/down");
      return downDocker(opened, args, terminal);
    }
    const [{ downAws }, { confirmationOf }] = await Promise.all([import("../up/down-aws"), import("../up/confirm")]);
    return downAws(opened, args, confirmationOf(options), terminal);
  })();
  if (terminal.json) terminal.printJson(result);
  return 0;
}
