import { complain } from "./errors";
import type { FileContent, ServiceSpec } from "./service-spec";
import { Address, Expr, Secret, type Step, toExpr } from "./reference";
import { isBinary } from "./secret-format";
import type { TargetText } from "./target-text";

/** How a target turns the parts of an expression into text. */
export interface Lowering {
  address(address: Address): string;
  /** @throws ConfigurationError where the target has nothing of the kind. */
  targetText(text: TargetText): string;
  /** A shell expression, to be used inside double quotes, that yields the secret's value in the container. */
  secretInShell(secret: Secret): string;
  /** Path of the file in the container that holds the secret; undefined where secrets are variables. */
  secretFile(secret: Secret): string | undefined;
}

/** Whether the value can only be known inside the container. */
export function hasSecret(value: string | Expr | Uint8Array): boolean {
  return value instanceof Expr && value.secrets.length > 0;
}

/** The secret that a file is, and nothing else; such a file takes no shell where secrets are files themselves. */
export function loneSecret({ content, uid, mode }: FileContent): Secret | undefined {
  if (!(content instanceof Expr) || uid !== undefined || mode !== undefined) return undefined;
  const [part, ...others] = content.parts;
  return part instanceof Secret && others.length === 0 ? part : undefined;
}

/**
 * The text of a value without secrets.
 *
 * @throws Error when there is a secret in it: that text exists in no file, plan or state.
 */
export function plainText(value: string | Expr, lowering: Lowering): string {
  return toExpr(value)
    .parts.map((part) => {
      if (part instanceof Secret) throw new Error(`${part.id} cannot be written as plain text`);
      return typeof part === "string" ? part : withoutSecret(part, lowering);
    })
    .join("");
}

function withoutSecret(part: Address | TargetText, lowering: Lowering): string {
  return part instanceof Address ? lowering.address(part) : lowering.targetText(part);
}

/** The value as a double-quoted shell word that reads its secrets where it runs. */
export function shellWord(value: string | Expr, lowering: Lowering): string {
  return `"${shellText(value, lowering)}"`;
}

/** A shell command in which secrets are read where it runs; the literal parts are shell code. */
export function shellCommand(value: string | Expr, lowering: Lowering): string {
  return toExpr(value)
    .parts.map((part) => {
      if (typeof part === "string") return part;
      return part instanceof Secret ? `"${lowering.secretInShell(part)}"` : withoutSecret(part, lowering);
    })
    .join("");
}

function shellText(value: string | Expr, lowering: Lowering): string {
  return toExpr(value)
    .parts.map((part) => {
      if (typeof part === "string") return part.replaceAll(/[\\"$`]/g, "\\$&");
      // Addresses have nothing to escape, and where Terraform fills them in there is a placeholder that must stay whole.
      return part instanceof Secret ? lowering.secretInShell(part) : withoutSecret(part, lowering);
    })
    .join("");
}

/** A literal text as one word of a shell command. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Some shells drop variables with other names, also those that they were started with. */
function refuseUnexportable(owner: string, env: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(env).find((key) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key));
  if (name === undefined) return;
  throw complain({
    key: `${owner}.env`,
    given: name,
    allowed: "letters, digits and _, not beginning with a digit, because a shell script passes the variables on",
    remedy: `Rename the variable in the component that runs ${owner}, or put the setting into a file or an argument.`,
  });
}

/** Shell lines that export variables holding secrets. */
export function exportLines(env: Readonly<Record<string, string | Expr>>, lowering: Lowering): string[] {
  return Object.entries(env)
    .filter(([, value]) => hasSecret(value))
    .flatMap(([name, value]) => [`${name}=${shellWord(value, lowering)}`, `export ${name}`]);
}

/** Shell lines that write a file. With a secret in it the mode is 0600: that is for one account. */
export function writeFileLines(path: string, file: FileContent, lowering: Lowering): string[] {
  const folder = shellQuoted(path.slice(0, path.lastIndexOf("/")) || "/");
  const target = shellQuoted(path);
  const { content, mode } = file;
  const umask = hasSecret(content) ? "077" : "022";
  const write = writeCommand(content, lowering);
  return [
    `mkdir -p ${folder}`,
    `(umask ${umask}; ${write} > ${target})`,
    ...(mode === undefined ? [] : [`chmod ${mode} ${target}`]),
    ...(file.uid === undefined ? [] : [`[ "$(id -u)" != 0 ] || chown ${file.uid} ${target}`]),
  ];
}

function writeCommand(content: FileContent["content"], lowering: Lowering): string {
  if (content instanceof Uint8Array) return `printf '%s' '${Buffer.from(content).toString("base64")}' | base64 -d`;
  const binary = toExpr(content).secrets.find(({ format }) => isBinary(format));
  if (!binary) return `printf '%s' ${shellWord(content, lowering)}`;
  const path = lowering.secretFile(binary);
  // A shell's texts end at the first byte that is zero.
  if (path === undefined || toExpr(content).parts.length > 1)
    throw new Error(`${binary.id} has to be a file by itself`);
  return `cat ${path}`;
}

/**
 * The script that a target puts in front of a service whose variables or files hold secrets,
 * or undefined where none is needed. It ends by replacing itself with the service's own command.
 *
 * @param files the files that the script has to write
 * @throws Error when the spec uses secrets and names no entrypoint;
 *   ConfigurationError when a variable has a name that the shell would not pass on.
 */
export function launchScript(
  name: string,
  spec: Pick<ServiceSpec, "env" | "entrypoint">,
  files: Readonly<Record<string, FileContent>>,
  lowering: Lowering,
): string | undefined {
  const lines = [
    ...exportLines(spec.env, lowering),
    ...Object.entries(files).flatMap(([path, file]) => writeFileLines(path, file, lowering)),
  ];
  if (lines.length === 0) return undefined;
  refuseUnexportable(name, spec.env);
  if (!spec.entrypoint) throw new Error(`${name}: a service with secrets has to name its entrypoint`);
  const entrypoint = spec.entrypoint.map(shellQuoted).join(" ");
  return ["#!/bin/sh", "set -eu", ...lines, `exec ${entrypoint} "$@"`, ""].join("\n");
}

/**
 * The script that runs an init step: its secrets first, then its own lines.
 *
 * @throws ConfigurationError when a variable has a name that the shell would not pass on.
 */
export function stepScript(step: Pick<Step, "name" | "env" | "script">, lowering: Lowering): string {
  refuseUnexportable(step.name, step.env);
  return ["#!/bin/sh", "set -eu", ...exportLines(step.env, lowering), step.script.trim(), ""].join("\n");
}
