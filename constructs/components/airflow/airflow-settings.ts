import { type Expr, join, text, toExpr } from "../../core/reference";

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
