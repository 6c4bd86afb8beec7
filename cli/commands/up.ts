import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openSession } from "../session";

/** `datalab up`: brings groups up with all that they need. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const session = openSession(invocation);
  if (session.environment.target === "aws") {
    const { upAws } = await import("../up/up-aws");
    return upAws(session, invocation);
  }
  const { upDocker } = await import("../up/up-docker");
  return upDocker(session, invocation);
}
