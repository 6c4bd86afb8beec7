import { hasSecret, type Lowering, plainText } from "../core/launch";
import type { Expr } from "../core/reference";
import { literal } from "../core/terraform-text";

/** The variables without secrets, as `NAME=value`; the others are set inside the container. */
export function plainVariables(env: Readonly<Record<string, string | Expr>>, lowering: Lowering): string[] {
  return Object.entries(env)
    .filter(([, value]) => !hasSecret(value))
    .map(([name, value]) => literal(`${name}=${plainText(value, lowering)}`))
    .sort();
}
