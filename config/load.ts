import type { z } from "zod";
import { complain, ConfigurationError } from "../constructs/core/errors";
import { environments } from "./environments";
import { type EnvironmentConfig, type EnvironmentInput, environmentSchema } from "./schema";

/** The environment that commands mean when they name none: `DATALAB_ENV`, or `dev`. */
export function defaultEnvironmentName(): string {
  return process.env["DATALAB_ENV"] ?? "dev";
}

/** Names of all environments. */
export function environmentNames(): string[] {
  return Object.keys(environments);
}

/**
 * One environment, checked and completed.
 *
 * @throws ConfigurationError when there is no such environment, or something in it is not allowed.
 */
export function loadEnvironment(name: string): EnvironmentConfig {
  const input = environments[name];
  if (!input) {
    throw complain({
      key: "environment (--env or DATALAB_ENV)",
      given: name,
      allowed: environmentNames().join(", "),
      remedy: "Choose one of these, or add config/environments/<name>.ts.",
    });
  }
  return checkEnvironment(name, input);
}

/**
 * Checks one environment.
 *
 * @param name what messages call it
 * @throws ConfigurationError with one line for each thing that is not allowed.
 */
export function checkEnvironment(name: string, input: unknown): EnvironmentConfig {
  const result = environmentSchema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const path = [name, ...issue.path.map(String)].join(".");
    const given = valueAt(input, issue.path);
    if (issue.code === "unrecognized_keys") {
      return complain({
        key: path,
        given: issue.keys.join(", "),
        allowed: allowedKeys(input, issue.path).join(", "),
        remedy: "Correct or remove the unknown key.",
      }).message;
    }
    return complain({
      key: path,
      given: given ?? "nothing",
      allowed: allowedText(issue),
      remedy: "Correct the value.",
    }).message;
  });
  throw new ConfigurationError(lines.join("\n"));
}

/** What a value may be, in words. */
function allowedText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `a ${issue.expected === "int" ? "whole number" : issue.expected}`;
    case "too_big":
      return `${String(issue.maximum)} or less`;
    case "too_small":
      return `${String(issue.minimum)} or more`;
    case "invalid_value":
      return issue.values.map(String).join(", ");
    default:
      return issue.message;
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** The keys that the schema knows at a path, found by asking it about an empty object. */
function allowedKeys(input: unknown, path: readonly PropertyKey[]): string[] {
  const target = (input as EnvironmentInput).target;
  const option = environmentSchema.options.find((schema) => schema.shape.target.value === target);
  let schema: unknown = option;
  for (const key of path) {
    schema = inner(schema);
    schema = shapeOf(schema)?.[String(key)] ?? valueSchema(schema);
  }
  return Object.keys(shapeOf(inner(schema)) ?? {}).toSorted();
}

interface SchemaNode {
  readonly shape?: Record<string, unknown>;
  readonly def?: { readonly innerType?: unknown; readonly valueType?: unknown };
}

function inner(schema: unknown): unknown {
  let node = schema as SchemaNode | undefined;
  while (node?.def?.innerType) node = node.def.innerType;
  return node;
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  return (schema as SchemaNode | undefined)?.shape;
}

function valueSchema(schema: unknown): unknown {
  return (schema as SchemaNode | undefined)?.def?.valueType;
}
