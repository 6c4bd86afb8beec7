import { isPlainObject, ownValue } from "../constructs/core/shown";

/** Marks the place of a value that no setting can have; every schema refuses it. */
const odd = Symbol("odd");

/**
 * A copy that consists of plain objects and lists, for the schema: it would take a Map or a Date for an object
 * without keys, call getters, and follow a circle for ever.
 */
export function plainCopy(value: unknown, above: readonly object[] = []): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return odd;
  const within = [...above, value];
  if (Array.isArray(value)) return Array.from(value, (entry: unknown) => plainCopy(entry, within));
  if (!isPlainObject(value)) return odd;
  return Object.fromEntries(Object.keys(value).map((key) => [key, plainCopy(ownValue(value, key), within)]));
}

/** The value at a path; undefined where there is none. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? ownValue(value, key) : undefined),
    input,
  );
}
