import { isGiven, madeFrom } from "../../constructs/core/secret-format";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import type { EnvironmentDescription, SecretDescription } from "../model/description";
import { readersOf } from "../secrets/readers";
import { rotateSecret } from "../secrets/rotate";
import { whileLocked } from "../up/lock";
import { openOwn } from "../up/own";

/** `datalab secrets rotate names…`: new values; `up` then replaces exactly the containers that use them. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine, top } = await openOwn(invocation, "secrets rotate");
  const { terminal, args } = invocation;
  const secrets = chooseSecrets(environment, args);
  await whileLocked({ top, environment }, "secrets rotate", async () => {
    for (const secret of secrets) {
      await rotateSecret(engine, environment, secret, top);
      terminal.note(`${secret.id} has a new value`);
    }
  });
  const users = readersOf(environment, secrets);
  if (terminal.json) {
    terminal.printJson({ environment: environment.name, rotated: secrets.map(({ id }) => id), replaces: users });
  } else {
    terminal.print(
      `Apply it now: ./datalab up --env ${environment.name} replaces ${users.join(", ") || "nothing that runs"} and runs the steps that pass it on. ` +
        "Until then what starts may be refused.",
    );
  }
  return 0;
}

/**
 * The secrets behind names: a secret's own, or all of a component. What is made from others follows them.
 *
 * @throws PreflightError when a name is neither, or that of a secret that is made from another one.
 */
export function chooseSecrets(environment: EnvironmentDescription, names: readonly string[]): SecretDescription[] {
  const chosen = names.flatMap((name) => {
    const found = environment.secrets.filter(({ id, component }) => id === name || component === name);
    // What somebody else gave out has to be named, and is refused with the reason.
    const drawn = found.filter(({ id, format }) => madeFrom(format).length === 0 && (id === name || !isGiven(format)));
    const derived = found.find(({ format }) => madeFrom(format).length > 0);
    if (derived !== undefined && drawn.length === 0) {
      const [source = ""] = madeFrom(derived.format);
      throw new PreflightError(
        `${derived.id} is made from ${source} and follows it. Rotate that: ./datalab secrets rotate ${source} --env ${environment.name}`,
      );
    }
    if (found.length > 0) return drawn.length > 0 ? drawn : found;
    throw new PreflightError(
      `Environment ${environment.name} has no secret "${name}". It has: ${environment.secrets.map(({ id }) => id).join(", ")}.`,
    );
  });
  return [...new Set(chosen)];
}
