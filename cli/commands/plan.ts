import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { openEnvironment } from "../open-environment";
import { showPlan } from "../up/plan";

/** `datalab plan [groups…]`: what `up` would change; changes nothing but `.datalab` and `cdktf.out`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  await showPlan(openEnvironment(invocation), invocation);
  return 0;
}
