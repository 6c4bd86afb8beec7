import { existsSync } from "node:fs";
import { join } from "node:path";
import { PreflightError } from "../../exit";

/**
 * Refuses to go on when an earlier run could not write its state. Terraform leaves it in the stack's folder then, and
 * without it everything that the run made would be made a second time.
 *
 * @throws PreflightError with what puts it back.
 */
export function refuseUnsavedState(stack: string, folder: string): void {
  const file = join(folder, "errored.tfstate");
  if (!existsSync(file)) return;
  throw new PreflightError(
    `An earlier run could not write the state of ${stack} (a full disk, or a bucket that did not answer) and left it in ${file}. ` +
      `Put it back: terraform -chdir=${folder} state push errored.tfstate && rm ${file}; then run the command again.`,
  );
}
