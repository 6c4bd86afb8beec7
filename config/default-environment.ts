/**
 * The environment that commands mean when they name none: `DATALAB_ENV`, or `dev` where that is unset or empty.
 * In a file of its own, because the others load the schema.
 */
export function defaultEnvironmentName(): string {
  const named = process.env["DATALAB_ENV"] ?? "";
  return named === "" ? "dev" : named;
}
