/** A place at which two values differ; without `was` when there was nothing. */
export type Difference = { readonly was?: unknown; readonly is: unknown } | { readonly gone: true };

/**
 * Where `is` differs from `was`, by path: nothing but `was` is needed to get back from it to `is`.
 * Of lists that are not equally long the part between the first and the last difference counts, as `list[from..to]`
 * with the places in `was` that it takes the place of, `to` not among them.
 */
export function differences(was: unknown, is: unknown, path = ""): Record<string, Difference> {
  if (Array.isArray(was) && Array.isArray(is) && was.length !== is.length) {
    const { from, end } = changedPart(was, is);
    const difference = { was: was.slice(from, was.length - end), is: is.slice(from, is.length - end) };
    return { [`${path}[${from}..${was.length - end}]`]: difference };
  }
  if (!isContainer(was) || !isContainer(is) || Array.isArray(was) !== Array.isArray(is)) {
    return was === is ? {} : { [path]: { was, is } };
  }
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return Object.assign(
    {},
    ...keys.map((key) => {
      const place = Array.isArray(is) ? `${path}[${key}]` : path + segment(key, path === "");
      if (!Object.hasOwn(is, key)) return { [place]: { gone: true } };
      if (!Object.hasOwn(was, key)) return { [place]: { is: is[key] } };
      return differences(was[key], is[key], place);
    }),
  ) as Record<string, Difference>;
}

/** A key as a part of a path; one that could be taken for several is in brackets and quotes. */
function segment(key: string, first: boolean): string {
  if (/[.[\]"]/.test(key)) return `[${JSON.stringify(key)}]`;
  return first ? key : `.${key}`;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** How many entries two lists share at their beginning and at their end. */
function changedPart(was: readonly unknown[], is: readonly unknown[]): { from: number; end: number } {
  const shorter = Math.min(was.length, is.length);
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  let from = 0;
  while (from < shorter && same(was[from], is[from])) from++;
  let end = 0;
  while (end < shorter - from && same(was.at(-1 - end), is.at(-1 - end))) end++;
  return { from, end };
}

/** A value in which an environment has another name, in keys and texts; `/dev/null` is not about an environment. */
export function renamed(value: unknown, from: string, to: string): unknown {
  const name = new RegExp(`(?<!\\w)${from}(?!\\w)(?!/(?:null|shm|std|tcp))`, "g");
  const rename = (part: unknown): unknown => {
    if (typeof part === "string") return part.replaceAll(name, to);
    if (Array.isArray(part)) return part.map(rename);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key.replaceAll(name, to), rename(entry)]));
  };
  return rename(value);
}
