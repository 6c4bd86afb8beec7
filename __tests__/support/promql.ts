import { parser } from "@prometheus-io/lezer-promql";

/** Where a text is not PromQL, each with the text from there on; empty where it is. */
export function promqlErrors(expr: string): string[] {
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from }) => {
      if (type.isError) errors.push(expr.slice(from));
    },
  });
  return errors;
}
