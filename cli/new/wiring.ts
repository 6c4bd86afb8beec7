import { ConfigurationError } from "../../constructs/core/errors";
import { className, type ComponentRequest, imageKey, nameTaken } from "./request";

// Each of these gives the text back as it is where it has the component already: a run that was cut off can be repeated.

const width = 120;

/** `config/images.ts` with the component's image. */
export function withImage(text: string, { name, image }: ComponentRequest): string {
  const key = imageKey(name);
  const short = `  ${key}: upstream("${image}"),`;
  // As Prettier breaks it.
  const line = short.length <= width ? short : `  ${key}: upstream(\n    "${image}",\n  ),`;
  return inTable(text, { file: "config/images.ts", opening: "export const images = {", key, line }, name);
}

/** `config/components.ts` with the component's place. */
export function withPlace(text: string, { name, group }: ComponentRequest): string {
  const line = `  ${quoted(name)}: { group: "${group}", needs: ["consul"] },`;
  return inTable(text, { file: "config/components.ts", opening: "const places = {", key: name, line }, name);
}

/** `config/aws-forms.ts` with what it becomes on AWS. */
export function withAwsForm(text: string, { name }: ComponentRequest): string {
  const opening = "export const awsForms: Readonly<Record<ComponentName, AwsForm>> = {";
  const line = `  ${quoted(name)}: { as: "Fargate" },`;
  return inTable(text, { file: "config/aws-forms.ts", opening, key: name, line }, name);
}

/** The group's builder with a line that makes the component. */
export function inBuilder(text: string, file: string, { name }: ComponentRequest): string {
  const type = className(name);
  if (text.includes(`new ${type}(stack`)) return text;
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => /^export function build\w+\($|^export function build\w+\(.*\{$/.test(line));
  const end = lines.indexOf("}", begin);
  const parameter = lines.slice(begin, end).some((line) => /\bstack: GroupStack\b/.test(line));
  const firstImport = lines.findIndex((line) => line.startsWith("import "));
  if (begin < 0 || end < 0 || !parameter || firstImport < 0) {
    throw unknownForm(file, "a function build… with a parameter `stack: GroupStack`, and imports above it");
  }
  const last = lines.slice(begin, end).findIndex((line) => line.startsWith("  return "));
  const place = last < 0 ? end : begin + last;
  const config = /\bconst \{[^}]*\bconfig\b[^}]*\} = stack\.environment;/.test(lines.slice(begin, place).join("\n"))
    ? "config"
    : "stack.environment.config";
  const made = `  if (hasComponent(${config}, "${name}")) new ${type}(stack);`;
  const known = lines.findIndex((line) => /\bhasComponent\b.* from "\.\.\/config\/components";$/.test(line));
  const importAt = known < 0 ? firstImport : known + 1;
  return [
    ...lines.slice(0, importAt),
    ...(known < 0 ? ['import { hasComponent } from "../config/components";'] : []),
    `import { ${type} } from "../constructs/components/${name}";`,
    ...lines.slice(importAt, place),
    made,
    ...lines.slice(place),
  ].join("\n");
}

function quoted(name: string): string {
  return name.includes("-") ? `"${name}"` : name;
}

interface Entry {
  readonly file: string;
  /** The line that begins the table. */
  readonly opening: string;
  readonly key: string;
  readonly line: string;
}

/** Puts an entry into a table whose keys are in alphabetical order. */
function inTable(text: string, { file, opening, key, line }: Entry, name: string): string {
  const lines = text.split("\n");
  const begin = lines.indexOf(opening);
  const end = lines.findIndex((other, index) => index > begin && other.startsWith("}"));
  if (begin < 0 || end < 0) throw unknownForm(file, `a line "${opening}", and one below it that begins with "}"`);
  const table = lines.slice(begin + 1, end);
  const keys = table.map((entry) => /^ {2}"?([\w-]+)"?:/.exec(entry)?.[1]);
  if (keys.includes(key)) {
    if (table.join("\n").includes(line)) return text;
    throw nameTaken(name, `${file} has an entry ${key}`);
  }
  const later = keys.findIndex((other) => other !== undefined && other > key);
  const place = later < 0 ? end : begin + 1 + later;
  return [...lines.slice(0, place), line, ...lines.slice(place)].join("\n");
}

function unknownForm(file: string, expected: string): ConfigurationError {
  return new ConfigurationError(
    `${file} does not have the form that "new component" can add to: ${expected}. ` +
      'Nothing was written. Add the component by hand: see "Add a component" in README.md.',
  );
}
