import { Expr, text } from "./reference";

/**
 * Data as JSON, with expressions as texts in it. What an expression stands for must need no quoting in JSON, which
 * holds for addresses and for the secrets that datalab draws.
 */
export function jsonText(data: unknown): Expr {
  const exprs: Expr[] = [];
  // No character of a configuration, and one that JSON would escape.
  const mark = "\u0000";
  const json = JSON.stringify(
    data,
    (_, value: unknown) => {
      if (!(value instanceof Expr)) return value;
      exprs.push(value);
      return mark;
    },
    2,
  );
  const literals = json.split(JSON.stringify(mark).slice(1, -1));
  return text(literals as unknown as TemplateStringsArray, ...exprs);
}
