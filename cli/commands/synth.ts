import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { buildPlatform } from "../model/platform";
import { summaryText, summaryOf } from "../model/summary";

/** `datalab synth`: writes the Terraform of all environments, or of the one named by --env, and sums it up. */
export function run({ environment, environmentNamed, terminal }: Invocation): ExitCode {
  const platform = buildPlatform(environmentNamed ? [environment] : undefined);
  platform.write();
  if (terminal.json) terminal.printJson({ environments: platform.environments.map(summaryOf) });
  else terminal.print(summaryText(platform.environments.map(summaryOf), terminal.colours));
  return 0;
}
