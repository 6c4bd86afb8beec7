import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as ts from "typescript";
import { projectFolder } from "../../constructs/core/project";

/** A key of an environment's file, and what the comment above it says. */
export interface SettingsKey {
  readonly key: string;
  readonly comment: string;
}

const folder = "constructs/components";

/** The keys of a component's own part of the schema, as `<component>.config.ts` writes them. */
export function settingsKeys(component: string): SettingsKey[] {
  const top = projectFolder();
  const path = readdirSync(join(top, folder), { recursive: true, encoding: "utf8" }).find(
    (one) => basename(one) === `${component}.config.ts`,
  );
  if (path === undefined) return [];
  const own = parse(join(top, folder, path));
  const schema = parse(join(top, "config/schema.ts"));
  const exported = importedFrom(schema, `../${folder}/${path.replace(/\.ts$/, "")}`);
  return propertiesOf(schema)
    .filter(({ initializer }) => ts.isIdentifier(initializer) && exported.includes(initializer.text))
    .flatMap(({ name, initializer }) => keysIn(own, initializer, name.getText(schema)));
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

function importedFrom(source: ts.SourceFile, module: string): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { namedBindings } = statement.importClause ?? {};
    if (statement.moduleSpecifier.text !== module || !namedBindings || !ts.isNamedImports(namedBindings)) return [];
    return namedBindings.elements.map(({ name }) => name.text);
  });
}

/** All `name: value` of a file, however deep. */
function propertiesOf(node: ts.Node): ts.PropertyAssignment[] {
  const found = ts.isPropertyAssignment(node) ? [node] : [];
  return [...found, ...node.getChildren().flatMap(propertiesOf)];
}

function keysIn(source: ts.SourceFile, node: ts.Expression, path: string): SettingsKey[] {
  const properties = objectOf(source, node)?.properties.filter(ts.isPropertyAssignment) ?? [];
  return properties.flatMap((property) => {
    const key = `${path}.${property.name.getText(source)}`;
    const comment = commentOf(source, property);
    const inner = keysIn(source, property.initializer, key);
    return comment === "" && inner.length > 0 ? inner : [{ key, comment }, ...inner];
  });
}

/** The object that a schema describes: through names, checks and the methods that follow it. */
function objectOf(source: ts.SourceFile, node: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isIdentifier(node)) {
    const made = declarationsOf(source).find(({ name }) => name.getText(source) === node.text)?.initializer;
    return made && objectOf(source, made);
  }
  if (!ts.isCallExpression(node)) return undefined;
  const { expression: callee } = node;
  const [first] = node.arguments;
  if (!ts.isPropertyAccessExpression(callee)) return first && objectOf(source, first);
  if (!ts.isIdentifier(callee.expression)) return objectOf(source, callee.expression);
  if (callee.expression.text !== "z") return objectOf(source, callee.expression);
  const content = node.arguments.at(-1);
  if (content && ts.isObjectLiteralExpression(content)) return content;
  return content && objectOf(source, content);
}

function declarationsOf(source: ts.SourceFile): ts.VariableDeclaration[] {
  return source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [],
  );
}

function commentOf(source: ts.SourceFile, node: ts.Node): string {
  const ranges = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  return ranges
    .map(({ pos, end }) => source.text.slice(pos, end))
    .filter((comment) => comment.startsWith("/**"))
    .flatMap((comment) => comment.replace(/^\/\*\*|\*\/$/g, "").split("\n"))
    .map((line) => line.replace(/^\s*\* ?/, "").trim())
    .join(" ")
    .trim();
}
