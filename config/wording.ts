import { z } from "zod";
import { shown } from "../constructs/core/shown";
import { valueAt } from "./plain";

/** The schema of a setting, found from the environment's along a path. */
export function schemaAt(schema: z.core.$ZodType, input: unknown, path: readonly PropertyKey[]): z.core.$ZodType {
  return path.reduce<z.core.$ZodType>((node, key, index) => {
    const next = child(bare(node), valueAt(input, path.slice(0, index)), key);
    if (!next) throw new Error(`no schema knows ${path.map(String).join(".")}`);
    return next;
  }, schema);
}

/** What a setting may be, in words. */
export function wording(schema: z.core.$ZodType): string {
  const described = description(schema);
  if (described !== undefined) return described;
  const inside = bare(schema);
  if (inside instanceof z.ZodNumber) {
    return `a ${inside.format === "safeint" ? "whole " : ""}number from ${inside.minValue ?? ""} to ${inside.maxValue ?? ""}`;
  }
  if (inside instanceof z.ZodBoolean) return "true or false";
  if (inside instanceof z.ZodEnum) return alternatives(inside.options);
  if (inside instanceof z.ZodLiteral) return alternatives([...inside.values]);
  if (inside instanceof z.ZodObject) return `an object with ${keysOf(inside, undefined)}`;
  if (inside instanceof z.ZodRecord) {
    return `an object whose keys are each ${keyWording(inside)}, and whose values are each ${wording(inside.valueType)}`;
  }
  if (inside instanceof z.ZodDiscriminatedUnion) {
    return inside.options.map((option) => wording(option)).join(", or ");
  }
  throw new Error(`config/wording.ts has no words for a schema of the kind ${inside._zod.def.type}: describe() it`);
}

/** Which keys an object may have, in words. */
export function keysOf(schema: z.core.$ZodType, value: unknown): string {
  const inside = optionFor(bare(schema), value);
  const keys = inside instanceof z.ZodObject ? Object.keys(inside.shape).toSorted() : [];
  return `the ${keys.length === 1 ? "key" : "keys"} ${keys.join(", ")}`;
}

/** What the keys of a record look like, in words. */
export function keyWording(schema: z.core.$ZodType): string {
  const inside = bare(schema);
  if (!(inside instanceof z.ZodRecord)) throw new Error("only records have keys to choose");
  return wording(inside.keyType);
}

/** `"a", "b" or "c"`. */
export function alternatives(values: readonly unknown[]): string {
  const texts = values.map((value) => shown(value));
  return [texts.slice(0, -1).join(", "), ...texts.slice(-1)].filter((text) => text !== "").join(" or ");
}

/** A schema without what makes it optional or gives it a default. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const inside = wrapped(schema);
  return inside ? bare(inside) : schema;
}

function wrapped(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? schema.unwrap()
    : undefined;
}

function description(schema: z.core.$ZodType): string | undefined {
  const inside = wrapped(schema);
  return z.globalRegistry.get(schema)?.description ?? (inside && description(inside));
}

function child(schema: z.core.$ZodType, input: unknown, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return Object.hasOwn(schema.shape, key) ? (schema.shape as z.core.$ZodShape)[String(key)] : undefined;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  const chosen = optionFor(schema, input);
  return chosen === schema ? undefined : child(chosen, input, key);
}

/** Of a choice between objects, the one that a value has chosen; any other schema as it is. */
function optionFor(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const { discriminator } = schema.def;
  const options = schema.options;
  return options.find((option) => literalOf(option, discriminator) === valueAt(value, [discriminator])) ?? schema;
}

function literalOf(option: z.core.$ZodType, key: string): unknown {
  const schema = child(bare(option), undefined, key);
  return schema instanceof z.ZodLiteral ? schema.value : undefined;
}
