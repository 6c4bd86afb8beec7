import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openEnvironment } from "../open-environment";

/** `datalab up`: brings groups up with all that they need. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = openEnvironment(invocation);
  if (opened.environment.target === "aws") {
    const { upAws } = await import("../up/up-aws");
    return upAws(opened, invocation);
  }
  const { upDocker } = await import("../up/up-docker");
  return upDocker(opened, invocation);
}
