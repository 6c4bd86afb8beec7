import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import type { EnvironmentDescription, SecretDescription } from "../model/description";
import { rotateSecret } from "../secrets/rotate";
import { openOnEngine } from "../open-environment";
import { EnvironmentLock } from "../up/lock";

/** `datalab secrets rotate names…`: new values; `up` then replaces exactly the containers that use them. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine, top } = await openOnEngine(invocation, "secrets rotate");
  const { terminal, args } = invocation;
  const secrets = chooseSecrets(environment, args);
  const lock = await EnvironmentLock.take(top, environment.name, `datalab secrets rotate --env ${environment.name}`);
  try {
    for (const secret of secrets) {
      await rotateSecret(engine, environment, secret, top);
      terminal.note(`${secret.id} has a new value`);
    }
  } finally {
    lock.release();
  }
  const users = [...new Set(secrets.flatMap(({ usedBy }) => usedBy))];
  if (terminal.json) {
    terminal.printJson({ environment: environment.name, rotated: secrets.map(({ id }) => id), replaces: users });
  } else {
    terminal.print(
      `Apply it now: ./datalab up --env ${environment.name} replaces ${users.join(", ") || "nothing that runs"} and runs the steps that pass it on. ` +
        "Until then what starts anew may be refused.",
    );
  }
  return 0;
}

/**
 * The secrets behind names: a secret's own, or all of a component.
 *
 * @throws PreflightError when a name is neither.
 */
export function chooseSecrets(environment: EnvironmentDescription, names: readonly string[]): SecretDescription[] {
  const chosen = names.flatMap((name) => {
    const found = environment.secrets.filter(({ id, component }) => id === name || component === name);
    if (found.length > 0) return found;
    throw new PreflightError(
      `Environment ${environment.name} has no secret "${name}". It has: ${environment.secrets.map(({ id }) => id).join(", ")}.`,
    );
  });
  return [...new Set(chosen)];
}
