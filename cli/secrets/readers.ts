import { madeFrom } from "../../constructs/core/secret-format";
import type { EnvironmentDescription, SecretDescription } from "../model/description";

/** Services that read secrets, or what is made from them. */
export function readersOf(
  environment: EnvironmentDescription,
  secrets: readonly Pick<SecretDescription, "id">[],
): string[] {
  const ids = new Set(secrets.map(({ id }) => id));
  const concerned = environment.secrets.filter(
    ({ id, format }) => ids.has(id) || madeFrom(format).some((source) => ids.has(source)),
  );
  return [...new Set(concerned.flatMap(({ usedBy }) => usedBy))];
}
