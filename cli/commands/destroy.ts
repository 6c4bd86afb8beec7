import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openEnvironment } from "../open-environment";
import { refuseWithoutKeys } from "../secrets/two-keys";
import { confirmationOf, confirmedName } from "../up/confirm";
import { destroyDocker, type DestroyResult } from "../up/destroy";
import { destroyAws } from "../up/down-aws";

/**
 * `datalab destroy --data`: removes everything of an environment. Two keys: the configuration's and the environment's
 * name, which on AWS is asked for below the list of what goes.
 */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const opened = openEnvironment(invocation);
  const { environment } = opened;
  const confirmation = confirmationOf(invocation.options);
  // The configuration's key before anything is asked, and a wrong name before anything is looked at.
  refuseWithoutKeys(environment, confirmation.given ?? environment.name);
  let result: DestroyResult;
  if (environment.target === "aws") {
    result = await destroyAws(opened, confirmation, terminal);
  } else {
    const volumes = environment.stacks.flatMap((stack) => stack.volumes);
    const question =
      `This deletes ${volumes.length} volumes with all their data:\n  ${volumes.join("\n  ")}\n` +
      `Type the environment's name (${environment.name}) to go on: `;
    refuseWithoutKeys(environment, await confirmedName(confirmation, question));
    result = await destroyDocker(opened, terminal);
  }
  if (terminal.json) terminal.printJson(result);
  return 0;
}
