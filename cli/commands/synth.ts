import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { writeEnvironments } from "../model/platform";
import { summaryText, summaryOf } from "../model/summary";

/** `datalab synth`: writes the Terraform of all environments, or of the one named by --env, and sums it up. */
export function run({ environment, environmentNamed, terminal }: Invocation): ExitCode {
  const summaries = writeEnvironments(environmentNamed ? [environment] : undefined).map(summaryOf);
  if (terminal.json) terminal.printJson({ environments: summaries });
  else terminal.print(summaryText(summaries, terminal.colours));
  return 0;
}
