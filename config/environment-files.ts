import { existsSync, readdirSync } from "node:fs";
import { join, parse, relative } from "node:path";
import { isNativeError } from "node:util/types";
import { ConfigurationError, complain } from "../constructs/core/errors";
import { escaped, isPlainObject, shown } from "../constructs/core/shown";
import { environmentFile } from "./findings";

/** All environments as their files state them, by name. */
export type EnvironmentTable = (typeof import("./environments"))["environments"];

const ownFolder = join(__dirname, "environments");

/**
 * Loads `index.ts` of the folder with the environments. It is not imported at the top of a file, so that a mistake
 * in what the operator edits gets a message of its own.
 *
 * @throws ConfigurationError when one of the files has a syntax error, throws, or imports something missing.
 */
export function readEnvironmentFiles(folder: string = ownFolder): EnvironmentTable {
  const index = join(folder, "index");
  let loaded: unknown;
  try {
    loaded = load(index);
  } catch (error) {
    throw unloadable(folder, error);
  }
  const { environments } = loaded as { environments?: unknown };
  if (!isPlainObject(environments) || Object.keys(environments).length === 0) {
    throw complain({
      key: "environments in config/environments/index.ts",
      given: environments,
      allowed: "an object with an environment under each name, for example { dev, staging }",
      remedy: "Export it from there.",
    });
  }
  return environments as EnvironmentTable;
}

/** What to do about an environment that is not in the table. */
export function whyNotListed(name: string, folder: string = ownFolder): string {
  const isThere = /^\w+$/.test(name) && sourcesIn(folder).includes(name);
  return isThere
    ? `${environmentFile(name)} exists; list it in config/environments/index.ts.`
    : "Choose one of these, or add config/environments/<name>.ts and list it in config/environments/index.ts.";
}

function unloadable(folder: string, error: unknown): ConfigurationError {
  const place = placeOf(folder, error) ?? { file: firstFailing(folder) };
  const { file, line } = { line: undefined, ...place };
  const text = line === undefined ? reason(error) : `${reason(error)} (line ${line})`;
  return new ConfigurationError(
    `${environmentFile(file)} cannot be loaded: ${text}. Correct the file; nothing was written or changed.`,
  );
}

/** The file of the folder, without its ending, of which an error speaks, and the line where that is the source's. */
function placeOf(folder: string, error: unknown): { file: string; line?: string } | undefined {
  if (!isNativeError(error)) return undefined;
  const {
    message = "",
    stack = "",
    requireStack = [],
  } = error as Partial<NodeJS.ErrnoException & { requireStack: string[] }>;
  const places = [
    // The compiler's frame around a syntax error, then the file that imports something missing, then who threw.
    ...message.matchAll(/\[(\/[^\]]+):(\d+):\d+\]/g),
    ...requireStack.slice(0, 1).map((path) => ["", path, undefined] as const),
    ...stack.matchAll(/[( ](\/[^():]+):(\d+):\d+\)?$/gm),
  ];
  for (const [, path = "", line] of places) {
    const inside = relative(folder, path);
    if (inside.startsWith("..")) continue;
    const { dir, name, ext } = parse(inside);
    // Lines of compiled files are not those that the operator sees.
    return { file: join(dir, name), ...(ext === ".ts" && line !== undefined ? { line } : {}) };
  }
  return undefined;
}

/** The first file that cannot be loaded by itself either; the table, where all can. */
function firstFailing(folder: string): string {
  const failing = sourcesIn(folder).find((name) => {
    try {
      load(join(folder, name));
      return false;
    } catch {
      return true;
    }
  });
  return failing ?? "index";
}

function reason(error: unknown): string {
  if (!isNativeError(error)) return `it throws ${shown(error)}`;
  if (error instanceof ConfigurationError) return error.message;
  // Compilers and loaders draw frames and list stacks below the sentence that says what is wrong.
  const [first = ""] = error.message.trim().split("\n");
  const sentence = escaped(first.replace(/^[x×] /, "")).replace(/\.$/, "");
  return /^(Error|SyntaxError)$/.test(error.name) ? sentence : `${error.name}: ${sentence}`;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.[jt]s$/.test(name));
  return names.map((name) => parse(name).name).filter((name) => name !== "index");
}

function load(path: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(path) as unknown;
}
