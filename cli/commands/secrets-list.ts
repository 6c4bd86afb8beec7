import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { table } from "../output/table";
import { secretMade } from "../secrets/store";
import { openEnvironment } from "../open-environment";

/** One secret as `secrets list --json` prints it. */
export interface SecretListEntry {
  readonly secret: string;
  readonly component: string;
  readonly format: string;
  /** Services that read it, besides the init steps that pass it on. */
  readonly usedBy: readonly string[];
  /** ISO time, or null where it has no value on this machine. */
  readonly made: string | null;
}

/** `datalab secrets list`: names, users and ages; never values. */
export function run(invocation: Invocation): ExitCode {
  const { environment, top } = openEnvironment(invocation);
  const { terminal } = invocation;
  const secrets = environment.secrets.map(({ id, component, format, usedBy }): SecretListEntry => {
    const made = environment.target === "docker" ? secretMade(top, environment.name, id) : undefined;
    return { secret: id, component, format, usedBy, made: made ?? null };
  });
  if (terminal.json) terminal.printJson({ environment: environment.name, secrets });
  else {
    const missing = environment.target === "aws" ? "in Secrets Manager" : "made by the first up";
    terminal.print(
      table([
        ["SECRET", "FORMAT", "USED BY", "MADE"].map(terminal.colours.bold),
        ...secrets.map(({ secret, format, usedBy, made }) => [
          secret,
          format,
          usedBy.join(", ") || "init steps",
          made?.slice(0, 16).replace("T", " ") ?? missing,
        ]),
      ]),
    );
  }
  return 0;
}
