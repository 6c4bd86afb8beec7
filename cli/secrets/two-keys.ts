import { PreflightError } from "../exit";
import type { EnvironmentDescription } from "../model/description";

/**
 * Data goes only when both the configuration allows it and a person has named the environment.
 *
 * @throws PreflightError when a key is missing.
 */
export function refuseWithoutKeys({ name, dataDeletion }: EnvironmentDescription, typed: string): void {
  if (dataDeletion !== "allowed") {
    throw new PreflightError(
      `The data of environment ${name} is protected. To delete it, set dataDeletion: "allowed" in config/environments/${name}.ts ` +
        "and run this again. (./datalab down removes containers and keeps data.)",
    );
  }
  if (typed.trim() !== name) {
    throw new PreflightError(
      `Nothing was deleted: the environment's name has to be typed, or given as --confirm ${name}${typed === "" ? "" : ` (given: "${typed.trim()}")`}.`,
    );
  }
}
