import type { EngineHost } from "../engine/host";
import { OperationError } from "../exit";
import type { Terminal } from "../output/terminal";
import { Terraform } from "../terraform/program";
import { EnvironmentLock } from "./lock";

/**
 * Does work with Terraform on an environment, alone. Ctrl-C lets Terraform finish and write its state.
 *
 * @param command what messages call it, for example `datalab up`
 * @throws PreflightError when somebody else works on the environment; OperationError when it was interrupted.
 */
export async function withTerraform<T>(
  place: { readonly top: string; readonly environment: string; readonly engine: EngineHost | undefined },
  command: string,
  terminal: Terminal,
  work: (terraform: Terraform) => Promise<T>,
): Promise<T> {
  const lock = await EnvironmentLock.take(place.top, place.environment, command);
  const terraform = new Terraform(place.top, place.engine, (children) => {
    lock.noteChildren(children);
  });
  const onSignal = (): void => {
    terminal.complain(
      terraform.wasInterrupted
        ? "Terraform is still finishing; ending it now would lose what it has made."
        : "Interrupted: waiting for Terraform to finish what it began and to write its state.",
    );
    terraform.interrupt();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    const result = await work(terraform);
    if (terraform.wasInterrupted) throw interrupted(command);
    return result;
  } catch (error) {
    if (terraform.wasInterrupted) throw interrupted(command);
    throw error;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    lock.release();
  }
}

function interrupted(command: string): OperationError {
  return new OperationError(`Interrupted. What was done until then is kept; ./${command} continues from here.`);
}
