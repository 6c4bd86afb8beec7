import { z } from "zod";
import { checked, type Mistake, textField } from "../../../config/fields";

const slots = z.int().min(0).max(10_000);
const poolName = textField(
  "the name of a pool (letters, digits and . _ -, a letter first), for example lake",
  /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
);

/** Pools that the DAGs in `workloads/dags` name; without its pool a task would wait for ever. */
export const shippedPools = { lake: 4 } as const;

/** Made by the platform itself, from what it knows. */
const ownConnections = ["aws_default", "postgres_default"];
const connectionId = textField(
  "the name of a connection (lower-case letters, digits and _, a letter first), for example warehouse",
  /^[a-z][a-z0-9_]{0,61}$/,
);
/** Fields of `extra` in which providers look for what nobody may know. */
const secretField = /(^|[_-])(password|passwd|secret|token|private_key|api_key|access_key)$/i;
const line = (what: string) => textField(`${what}, one line without control characters`, /^[^\p{Cc}]{1,500}$/u);

const connectionFields = z.strictObject({
  /** Airflow's type, which decides on the hook. The image has the providers of PostgreSQL, HTTP and Amazon. */
  type: textField(
    "a type of connection (lower-case letters, digits, _ and -), for example postgres or http",
    /^[a-z][a-z0-9_-]{0,99}$/,
  ),
  /** Name or address of the machine; for `http` also a URL. */
  host: textField(
    "a host name or an address, one line without blanks and quotes; only http also takes a URL",
    /^[^\s\p{Cc}"'`$\\]{1,500}$/u,
  ).optional(),
  port: z.int().min(1).max(65_535).optional(),
  /** The database, or what the type takes it for; `http` has `https` here. */
  schema: line("the name of a database or schema").optional(),
  /** Whom to log in as. */
  login: line("the name of an account").optional(),
  /** Whether there is a password, which is the secret `airflow.connection-<name>-password`. Default false. */
  password: z
    .boolean()
    .describe("true, for a password in the secret airflow.connection-<name>-password, or false for none")
    .default(false),
  /** What else the type takes, for example `{ sslmode: "require" }`. No secrets: it is part of the repository. */
  extra: z
    .record(
      textField("the name of a field, for example sslmode", /./u),
      z.union([z.string(), z.number(), z.boolean()]).describe("a text, a number, true or false"),
    )
    .optional(),
});

export type AirflowConnection = z.output<typeof connectionFields>;

const connection = checked(connectionFields, connectionMistakes);

/** What is well-formed and yet no connection: Airflow would find out when a task uses it. */
function connectionMistakes({ type, host = "", extra = {} }: AirflowConnection): Mistake[] {
  const [, scheme, account] = /^([^/]*):\/\/(?:([^/@]*)@)?/.exec(host) ?? [];
  const refusal = (allowed: string, remedy: string): Mistake[] => [{ path: ["host"], allowed, remedy }];
  const ofHost =
    scheme !== undefined && (type === "postgres" || !/^https?$/.test(scheme))
      ? refusal("a host name or an address and no URL", "Write its parts as host, port, schema and login.")
      : account !== undefined
        ? refusal("a URL without an account", "Write the account as login, and set password to true if it has one.")
        : type === "postgres" && /^[^:]*:\d+$/.test(host)
          ? refusal("a host name or an address without a port", "Write the port as port.")
          : [];
  const secrets = Object.keys(extra).filter((name) => secretField.test(name));
  return [
    ...(type === "postgresql"
      ? [{ path: ["type"], allowed: '"postgres", as Airflow calls it', remedy: 'Set it to "postgres".' }]
      : []),
    ...ofHost,
    ...secrets.map((name) => ({
      path: ["extra", name],
      allowed: "nothing secret, because this file is part of the repository",
      remedy: "Remove it; make this connection on Airflow's page, or set password to true if the password is meant.",
    })),
  ];
}

/** Airflow. */
export const airflowSettings = z
  .strictObject({
    /** Tasks that run at the same time, in all pools together; each takes about 120 MiB of the scheduler's memory. Default 4. */
    parallelism: z.int().min(1).max(64).default(4),
    /**
     * Slots of pools by name; a task of a pool waits for a free one. The pool `lake`, which the example uses, is there
     * in any case, with 4 slots unless it is named here. Default: no others.
     */
    pools: z.record(poolName, slots).default({}),
    /** Connections by name, beside `aws_default` and `postgres_default`, which the platform makes. Default: none. */
    connections: checked(z.record(connectionId, connection), (all) =>
      ownConnections
        .filter((name) => name in all)
        .map((name) => ({
          path: [name],
          allowed: `a name other than ${ownConnections.join(" and ")}, which the platform makes itself`,
          remedy: "Give it another name, and name that in the DAG.",
        })),
    ).default({}),
    /** Whether there is a triggerer, without which no deferrable operator comes to its end. Default false. */
    triggerer: z.boolean().default(false),
  })
  .prefault({});
