import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../../constructs/core/content-hash";
import { projectFolder } from "../../constructs/core/project";
import { shellScript } from "../../constructs/core/shell-script";
import { literal } from "../../constructs/core/terraform-text";

/** A reference to another stack, as cdktf writes it, and as a golden file shows it. */
const reference =
  /\$\{data\.terraform_remote_state\.cross-stack-reference-input-([a-z-]+)\.outputs\.cross-stack-output-([A-Za-z0-9_-]+)\}/g;
const shortReference = /\{([a-z-]+)\/([A-Za-z0-9_-]+)\}/g;

/** Characters of a line. */
const width = 140;
/** Characters of a setting that shares its line with others, and of such a line. */
const smallWidth = 50;
const filledWidth = 110;
/** Characters of what takes one line by its name: it is the same for all services but for a word or two. */
const longWidth = 450;
const onOneLine = [
  ...[
    "labels",
    "healthcheck",
    "healthCheck",
    "lifecycle",
    "logConfiguration",
    "upload",
    "assume_role_policy",
    "Statement",
  ],
  ...["command", "depends_on", "drop", "subnets"],
];
/** Characters of an object with nothing but plain values in it. */
const plainWidth = 300;

/** References to other stacks, as `{prod-core/aws_db_instance-postgres-address}`. */
export function withShortReferences(text: string): string {
  return text.replaceAll(reference, "{$1/$2}");
}

/** The inverse of `withShortReferences`, for texts that held no braces of that kind before. */
export function withLongReferences(text: string): string {
  return text.replaceAll(
    shortReference,
    "${data.terraform_remote_state.cross-stack-reference-input-$1.outputs.cross-stack-output-$2}",
  );
}

/**
 * A synthesised stack as a reviewer reads it. Nothing gets lost: two stacks that differ are still different.
 * A text of several lines becomes `{ $lines }`, the part of it that is a script of the repository `{ $file }` with
 * its hash, a text that is JSON `{ $json }`, and Docker's list of labels `{ $labels }`.
 *
 * @throws Error for a key that begins with a dollar sign, which Terraform has none of.
 */
export function forReview(value: unknown): unknown {
  if (typeof value === "string") return textForReview(value);
  if (Array.isArray(value)) return labelsOf(value) ?? value.map(forReview);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      if (key.startsWith("$")) throw new Error(`a key called ${key} would be taken for a mark of golden files`);
      return [key, forReview(entry)];
    }),
  );
}

function textForReview(text: string): unknown {
  const json = parsed(text);
  // As text, JSON may have keys that look like marks: dashboards have `$schema`.
  if (typeof json === "object" && json !== null && !/"\$[^"]*":/.test(text)) {
    if (JSON.stringify(json) === text) return { $json: forReview(json) };
    if (JSON.stringify(json, null, 2) === text) return { $json: forReview(json), $indent: 2 };
  }
  if (text.includes("\n"))
    return {
      $lines: withoutScripts(text.split("\n")).map((line) => (typeof line === "string" ? shortened(line) : line)),
    };
  return shortened(text);
}

/** Files that are reviewed by themselves; for the rest of a text their name and a hash are enough. */
const scripts = readdirSync(join(projectFolder(), "constructs"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".sh"))
  .map((path) => {
    const text = literal(shellScript(`constructs/${path}`)).trimEnd();
    return { lines: text.split("\n"), mark: { $file: `constructs/${path}`, sha256: hashOf(text) } };
  });

function withoutScripts(lines: readonly string[]): unknown[] {
  const left: unknown[] = [];
  for (let index = 0; index < lines.length;) {
    const script = scripts.find((one) => one.lines.every((line, offset) => lines[index + offset] === line));
    left.push(script?.mark ?? lines[index]);
    index += script?.lines.length ?? 1;
  }
  return left;
}

/** A text with short references; one that has such a thing of its own is marked as it is. */
function shortened(text: string): string | { readonly $text: string } {
  if (text.search(shortReference) >= 0) return { $text: text };
  return withShortReferences(text);
}

/** The object or list that a text is as JSON. An attempt on what is none costs most of the time of a review. */
function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Labels by name, where there is nothing to them but a name, which only one has, and a text. */
function labelsOf(list: readonly unknown[]): object | undefined {
  if (list.length === 0 || !list.every(isLabel)) return undefined;
  const labels = Object.fromEntries(list.map(({ label, value }) => [label, value]));
  return Object.keys(labels).length === list.length ? { $labels: labels } : undefined;
}

function isLabel(entry: unknown): entry is { readonly label: string; readonly value: string } {
  if (typeof entry !== "object" || entry === null || Object.keys(entry).length !== 2) return false;
  const { label, value } = entry as Record<string, unknown>;
  return typeof label === "string" && typeof value === "string";
}

/** JSON that is as flat as fits: what is short takes one line, and so do small settings that follow each other. */
export function printed(value: unknown, key = "", indent = ""): string {
  const flat = flatJson(value);
  if (indent.length + key.length + flat.length < widthOf(key, value)) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const [first, ...others] = value as unknown[];
    if (others.length === 0 && typeof first === "object") return `[${printed(first, key, indent)}]`;
    return `[\n${value.map((entry) => inner + printed(entry, key, inner)).join(",\n")}\n${indent}]`;
  }
  if (typeof value !== "object" || value === null) return flat;
  const entries = Object.entries(value);
  const [first, ...others] = entries;
  if (first && others.length === 0 && typeof first[1] === "object") {
    return `{ ${JSON.stringify(first[0])}: ${printed(first[1], first[0], indent)} }`;
  }
  const lines: string[] = [];
  let mayGrow = false;
  for (const [name, entry] of entries) {
    const text = `${JSON.stringify(name)}: ${printed(entry, name, inner)}`;
    const small = text.length < smallWidth;
    const last = lines.at(-1) ?? "";
    if (small && mayGrow && last.length + text.length < filledWidth) lines.push(`${lines.pop() ?? ""}, ${text}`);
    else lines.push(inner + text);
    mayGrow = small;
  }
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function widthOf(key: string, value: unknown): number {
  const parts = typeof value === "object" && value !== null ? Object.values(value) : [];
  const plain = parts.every((part) => typeof part !== "object");
  if (onOneLine.includes(key) && (plain || !Array.isArray(value)))
    return flatJson(value).includes('"$lines"') ? width : longWidth;
  return plain && !Array.isArray(value) ? plainWidth : width;
}

/** What is printed at one level is asked for at each level above it. */
const flatTexts = new WeakMap<object, string>();

function flatJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const text = flatTexts.get(value) ?? flatJsonOf(value);
  flatTexts.set(value, text);
  return text;
}

function flatJsonOf(value: object): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(", ")}]`;
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${flatJson(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
