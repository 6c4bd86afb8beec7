import { type Expr, join, text, toExpr } from "../../core/reference";
import type { Database } from "../../core/roles";

/** Airflow's own settings: by section, then by option. */
export type AirflowSettings = Readonly<Record<string, Readonly<Record<string, string | Expr>>>>;

/** As the file airflow.cfg, which also programs started by hand in the container find. */
export function asFile(settings: AirflowSettings): Expr {
  const lines = Object.entries(settings).flatMap(([section, options]) => [
    toExpr(`[${section}]`),
    ...Object.entries(options).map(([name, value]) => text`${name} = ${value}`),
  ]);
  return text`${join(lines, "\n")}\n`;
}

/** As variables, for steps. */
export function asVariables(settings: AirflowSettings): Readonly<Record<string, string | Expr>> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([section, options]) =>
      Object.entries(options).map(([name, value]) => [`AIRFLOW__${section}__${name}`.toUpperCase(), value] as const),
    ),
  );
}

/** What everything that opens the database has to know, the step that makes its tables too. */
export function databaseSettings(fernetKey: Expr, state: Database): AirflowSettings {
  return {
    core: {
      auth_manager: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
      fernet_key: fernetKey,
      load_examples: "False",
    },
    database: {
      sql_alchemy_conn: state.uri("psycopg2"),
      sql_alchemy_conn_async: state.uri("asyncpg"),
      load_default_connections: "False",
    },
  };
}
