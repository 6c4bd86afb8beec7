import { z } from "zod";
import { checked, textField } from "../../../config/fields";

const slots = z.int().min(0).max(10_000);
const poolName = textField(
  "the name of a pool (letters, digits and . _ -, a letter first), for example lake",
  /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
);

/** Made by the platform itself, from what it knows. */
const ownConnections = ["aws_default", "postgres_default"];
const connectionId = textField(
  "the name of a connection (lower-case letters, digits and _, a letter first), for example warehouse",
  /^[a-z][a-z0-9_]{0,61}$/,
);
const line = (what: string) => textField(`${what}, one line without control characters`, /^[^\p{Cc}]{1,500}$/u);

const connection = z.strictObject({
  /** Airflow's type, which decides on the hook. The image has the providers of PostgreSQL, HTTP and Amazon. */
  type: textField(
    "a type of connection (lower-case letters, digits, _ and -), for example postgres or http",
    /^[a-z][a-z0-9_-]{0,99}$/,
  ),
  /** Name or address of the machine; for `http` also a URL. */
  host: line("a host name or an address").optional(),
  port: z.int().min(1).max(65_535).optional(),
  /** The database, or what the type takes it for; `http` has `https` here. */
  schema: line("the name of a database or schema").optional(),
  /** Whom to log in as. */
  login: line("the name of an account").optional(),
  /** Whether there is a password, which is the secret `airflow.connection-<name>-password`. Default false. */
  password: z.boolean().default(false),
  /** What else the type takes, for example `{ sslmode: "require" }`. No secrets: it is part of the repository. */
  extra: z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export type AirflowConnection = z.output<typeof connection>;

/** Airflow. */
export const airflowSettings = z
  .strictObject({
    /** Tasks that run at the same time, in all pools together; each takes about 120 MiB of the scheduler's memory. Default 4. */
    parallelism: z.int().min(1).max(64).default(4),
    /** Slots of pools by name; a task of a pool waits for a free one. Default: `lake` with 4, which the example uses. */
    pools: z.record(poolName, slots).default({ lake: 4 }),
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
