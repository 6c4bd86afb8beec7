import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import type { EnvironmentDescription } from "../model/description";
import { table } from "../output/table";
import { readSecret } from "../../constructs/docker/secret-files";
import { openEnvironment, type OpenEnvironment } from "../open-environment";

/** One log-in as `credentials --json` prints it; `password` only where it was asked for. */
export interface CredentialEntry {
  readonly component: string;
  readonly endpoint: string;
  readonly url: string | null;
  readonly user: string;
  /** Id of the secret. */
  readonly secret: string;
  /** Whether it has a value already. */
  readonly exists: boolean;
  readonly password?: string | null;
}

/** A secret that belongs to no log-in of a person, asked for by its name. */
export interface SecretEntry {
  readonly secret: string;
  readonly exists: boolean;
  readonly value: string | null;
}

/** `datalab credentials [names…]`: log-ins. Values are printed only when asked for by name, or with --show. */
export function run(invocation: Invocation): ExitCode {
  const opened = openEnvironment(invocation);
  const { environment } = opened;
  const { terminal, args, options } = invocation;
  const show = options["show"] === true || args.length > 0;
  if (environment.target !== "docker" && show) {
    throw new PreflightError(
      `The secrets of environment ${environment.name} are in AWS Secrets Manager and not on this machine. ` +
        `List them: aws secretsmanager list-secrets --filters Key=name,Values=${environment.name}`,
    );
  }
  const credentials = chosenLogins(environment, args).map((login) => withValue(login, opened, show));
  const secrets = environment.target === "docker" ? chosenSecrets(environment, args, opened) : [];
  if (terminal.json) {
    terminal.printJson({ environment: environment.name, credentials, ...(args.length > 0 ? { secrets } : {}) });
    return 0;
  }
  const { bold, dim } = terminal.colours;
  const rows = credentials.map(({ component, url, user, secret, exists, password }) => [
    component,
    url ?? "",
    user,
    show ? (password ?? dim("none yet")) : dim(exists ? secret : `${secret} (made by the first up)`),
  ]);
  if (rows.length > 0)
    terminal.print(table([["COMPONENT", "ADDRESS", "USER", show ? "PASSWORD" : "SECRET"].map(bold), ...rows]));
  if (secrets.length > 0) terminal.print(table(secrets.map(({ secret, value }) => [secret, value ?? dim("none yet")])));
  if (!show) terminal.note(`\nValues: ./datalab credentials <component> --env ${environment.name}, or --show for all.`);
  return 0;
}

type Login = Omit<CredentialEntry, "exists" | "password">;

function allLogins(environment: EnvironmentDescription): Login[] {
  return environment.components.flatMap(({ name: component, logins }) =>
    logins.map(({ endpoint, url, user, secret }) => ({ component, endpoint, url: url ?? null, user, secret })),
  );
}

/**
 * The log-ins of the named components; all where no name is given.
 *
 * @throws PreflightError when a name is neither a component nor a secret.
 */
export function chosenLogins(environment: EnvironmentDescription, names: readonly string[]): Login[] {
  const logins = allLogins(environment);
  const known = [...environment.components.map(({ name }) => name), ...environment.secrets.map(({ id }) => id)];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const owners = [...new Set(logins.map(({ component }) => component))];
    throw new PreflightError(
      `Environment ${environment.name} has no component or secret "${unknown}". ` +
        `Components with log-ins: ${owners.join(", ")}. All secrets: ./datalab secrets list`,
    );
  }
  return names.length === 0
    ? logins
    : logins.filter(({ component, secret }) => names.includes(component) || names.includes(secret));
}

function withValue(login: Login, { top, environment }: OpenEnvironment, show: boolean): CredentialEntry {
  const secret = environment.secrets.find(({ id }) => id === login.secret);
  const value = secret && environment.target === "docker" ? readSecret(top, environment.name, secret) : undefined;
  return { ...login, exists: value !== undefined, ...(show ? { password: value ?? null } : {}) };
}

/** The secrets that were asked for and are no log-in's: by their own name, or all of a named component. */
function chosenSecrets(
  environment: EnvironmentDescription,
  names: readonly string[],
  { top }: OpenEnvironment,
): SecretEntry[] {
  const inLogins = new Set(allLogins(environment).map(({ secret }) => secret));
  return environment.secrets
    .filter(({ id, component }) => !inLogins.has(id) && (names.includes(id) || names.includes(component)))
    .map((secret) => {
      const value = readSecret(top, environment.name, secret);
      return { secret: secret.id, exists: value !== undefined, value: value ?? null };
    });
}
