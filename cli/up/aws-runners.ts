import type { StackDescription } from "../model/description";
import type { Terminal } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { initialise, runnersFor } from "../terraform/runners";
import type { TerraformStackRunner } from "../terraform/stack";
import { withTerraform } from "./work";

export type Runners = ReadonlyMap<string, TerraformStackRunner>;

/**
 * Does work on stacks of an AWS environment, alone and with Terraform ready for each of them.
 *
 * @param command what messages call it, for example `datalab up`
 * @throws PreflightError when somebody else works on the environment or Terraform cannot be used;
 *   OperationError when it was interrupted.
 */
export function withAwsRunners<T>(
  { top, environment, write }: OpenEnvironment,
  stacks: readonly StackDescription[],
  command: string,
  terminal: Terminal,
  work: (runners: Runners) => Promise<T>,
): Promise<T> {
  return withTerraform(
    { top, environment: environment.name, engine: undefined },
    command,
    terminal,
    async (terraform) => {
      await terraform.version("aws");
      write();
      const runners = runnersFor(stacks, top, terraform);
      await initialise(runners.values());
      return work(runners);
    },
  );
}
