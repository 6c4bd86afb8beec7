import type { Expr } from "../../core/reference";
import type { AirflowConnection } from "./airflow.config";

/**
 * Connections as the step that settles the database reads them: all but passwords as JSON, and each password in a
 * variable of its own, which only the running step has.
 *
 * @param passwordOf the password of the connection of a name; asked for only where there is one
 */
export function connectionVariables(
  connections: Readonly<Record<string, AirflowConnection>>,
  own: Readonly<Record<string, object>>,
  passwordOf: (name: string) => Expr,
): Readonly<Record<string, string | Expr>> {
  const all = Object.entries(connections);
  const described = all.map(([name, { type, host, port, schema, login, extra }]) => [
    name,
    { conn_type: type, host, port, schema, login, extra },
  ]);
  const passwords = all
    .filter(([, { password }]) => password)
    .map(([name]) => [`CONNECTION_PASSWORD_${name.toUpperCase()}`, passwordOf(name)] as const);
  return {
    CONNECTIONS: JSON.stringify({ ...own, ...(Object.fromEntries(described) as object) }),
    ...Object.fromEntries(passwords),
  };
}
