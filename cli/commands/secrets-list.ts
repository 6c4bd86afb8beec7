import { formatWords } from "../../constructs/core/secret-format";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { table } from "../output/table";
import { readersOf } from "../secrets/readers";
import { secretStatus } from "../secrets/store";
import { openEnvironment } from "../open-environment";

/** One secret as `secrets list --json` prints it. */
export interface SecretListEntry {
  readonly secret: string;
  readonly component: string;
  readonly format: string;
  /** Services that read it or what is made from it, besides the init steps that pass it on. */
  readonly usedBy: readonly string[];
  /** ISO time, or null where it has no value on this machine. */
  readonly made: string | null;
  /** False where the file on this machine is empty or malformed, so that no command would use it. */
  readonly usable: boolean;
  /** For certificates: ISO time until which it is valid; null for what does not end. */
  readonly expires: string | null;
}

/** `datalab secrets list`: names, users and ages; never values. */
export function run(invocation: Invocation): ExitCode {
  const { environment, top } = openEnvironment(invocation);
  const { terminal } = invocation;
  const secrets = environment.secrets.map((secret): SecretListEntry => {
    const { id, component, format } = secret;
    const status = environment.target === "docker" ? secretStatus(top, environment.name, secret) : undefined;
    return {
      secret: id,
      component,
      format: formatWords(format),
      usedBy: readersOf(environment, [secret]),
      made: status?.made ?? null,
      usable: status?.usable ?? true,
      expires: status?.expires ?? null,
    };
  });
  if (terminal.json) terminal.printJson({ environment: environment.name, secrets });
  else {
    const missing = environment.target === "aws" ? "in Secrets Manager" : "made by the first up";
    terminal.print(
      table([
        ["SECRET", "FORMAT", "USED BY", "MADE", "EXPIRES"].map(terminal.colours.bold),
        ...secrets.map(({ secret, format, usedBy, made, usable, expires }) => [
          secret,
          format,
          usedBy.join(", ") || "init steps",
          usable ? (made?.slice(0, 16).replace("T", " ") ?? missing) : "unusable: empty or changed by hand",
          expires?.slice(0, 10) ?? "",
        ]),
      ]),
    );
  }
  return 0;
}
