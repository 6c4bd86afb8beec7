import { Address, type Expr, Secret, type Step, toExpr } from "./reference";
import { ImageName } from "./target-text";

/** An expression as text with its references in braces, for example `redis://:{redis.password}@{redis.keys}`. */
export function printExpr(value: string | Expr): string {
  return toExpr(value).parts.map(printPart).join("");
}

/** A step as plain data: two steps that print alike do the same. */
export function printStep({ name, image, script, env, memoryMiB }: Step): object {
  const printed = Object.entries(env).map(([key, value]) => [key, printExpr(value)] as const);
  return { name, image, script, memoryMiB, env: Object.fromEntries(printed.toSorted()) };
}

function printPart(part: Expr["parts"][number]): string {
  if (typeof part === "string") return part;
  if (part instanceof Secret) return `{${part.id}}`;
  if (part instanceof ImageName) {
    return `{image ${part.image.kind === "own" ? part.image.name : part.image.reference}}`;
  }
  if (!(part instanceof Address)) return `{${part.kind}}`;
  const { endpoint, form, from, loose } = part;
  return `{${endpoint.id}${from === "operator" ? "@operator" : ""}${form === "authority" ? "" : `.${form}`}${loose ? "?" : ""}}`;
}
