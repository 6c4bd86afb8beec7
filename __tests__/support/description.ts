import { describe as describeEnvironment } from "../../cli/model/describe";
import type { EnvironmentDescription } from "../../cli/model/description";
import { synthesiseNamed } from "./synth";

/** An environment of the repository as the command line sees it. */
export function descriptionOf(name: string): EnvironmentDescription {
  const { environment } = synthesiseNamed(name);
  return describeEnvironment(environment);
}
