import type { z } from "zod";
import { complain, type Complaint, ConfigurationError } from "../constructs/core/errors";
import { keyPath } from "../constructs/core/shown";
import { plainCopy, valueAt } from "./plain";
import { alternatives, keysOf, keyWording, schemaAt, wording } from "./wording";

/** Findings that one message lists; with more than these, they are fixed first. */
const mostFindings = 20;

/** The file that messages name when an environment has to be corrected. */
export function environmentFile(name: string): string {
  return `config/environments/${name}.ts`;
}

/**
 * Checks a value and completes it.
 *
 * @param name the environment, with which every path begins
 * @param complete fills in what depends on other settings. Default: nothing
 * @throws ConfigurationError with one line for each setting that is not allowed.
 */
export function parsed<T extends z.ZodType>(
  schema: T,
  name: string,
  input: unknown,
  complete: (plain: unknown) => unknown = (plain) => plain,
): z.output<T> {
  const result = schema.safeParse(complete(plainCopy(input)));
  if (result.success) return result.data;
  const byKey = new Map<string, Complaint>();
  for (const complaint of result.error.issues.flatMap((issue) => complaintsOf(issue, schema, name, input))) {
    if (!byKey.has(complaint.key)) byKey.set(complaint.key, complaint);
  }
  const complaints = [...byKey.values()];
  // What a whole lacks may be what is wrong inside of it, for example a bucket whose name has a typing error.
  throw listed(complaints.filter(({ key }) => !complaints.some((other) => isInside(other.key, key))));
}

function isInside(key: string, whole: string): boolean {
  return key.startsWith(whole) && /^[.[]/.test(key.slice(whole.length));
}

/** All complaints as one error. */
function listed(complaints: readonly Complaint[]): ConfigurationError {
  const lines = complaints.slice(0, mostFindings).map((complaint) => complain(complaint).message);
  const rest = complaints.length - lines.length;
  return new ConfigurationError([...lines, ...(rest > 0 ? [`… ${rest} more`] : [])].join("\n"));
}

function complaintsOf(issue: z.core.$ZodIssue, schema: z.ZodType, name: string, input: unknown): Complaint[] {
  const given = valueAt(input, issue.path);
  const key = keyPath(name, issue.path);
  const file = environmentFile(name);
  const remedy = given === undefined ? `Add it in ${file}.` : `Correct it in ${file}.`;
  const at = (path: readonly PropertyKey[]): z.core.$ZodType => schemaAt(schema, input, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((unknown) => ({
        key: keyPath(name, [...issue.path, unknown]),
        given: valueAt(given, [unknown]),
        allowed: keysOf(at(issue.path), given),
        remedy: `There is no such key; correct its name in ${file}, or remove it.`,
      }));
    case "invalid_key":
      return [
        { key, given: issue.path.at(-1), allowed: `as a key, ${keyWording(at(issue.path.slice(0, -1)))}`, remedy },
      ];
    case "invalid_union":
      return [
        {
          key,
          given,
          allowed: "options" in issue ? alternatives(issue.options ?? []) : wording(at(issue.path)),
          remedy,
        },
      ];
    case "custom":
      return [{ key, given, allowed: wording(at(issue.path)), remedy, ...issue.params }];
    default:
      return [{ key, given, allowed: wording(at(issue.path)), remedy }];
  }
}
