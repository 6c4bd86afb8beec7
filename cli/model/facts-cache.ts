import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contentOfFolder } from "../../constructs/core/folder";
import { privateFolder, writePrivate } from "../files";
import { contentHash } from "./content";
import type { EnvironmentDescription } from "./description";
import { variablesText } from "./read-variables";

/** Raised whenever the meaning of what is kept changes without the sources that wrote it. */
const format = 1;

/** What is kept of a synthesis. */
export interface KeptFacts {
  readonly environment: EnvironmentDescription;
  /** Hashes of the synthesised files, by path; undefined where they have not been written. */
  readonly files: Readonly<Record<string, string>> | undefined;
}

interface Body extends KeptFacts {
  readonly format: number;
  /** Names of the variables that the synthesis read. */
  readonly variables: readonly string[];
}

/**
 * Keeps the facts of environments from one command to the next. They count only as long as everything that the synthesis
 * read is unchanged; of variables the file holds the names only. See docs/decisions/0030-facts-are-kept.md.
 */
export class FactsCache {
  private readonly content: string;

  /** @param build see `buildOf` */
  constructor(
    private readonly top: string,
    private readonly build: string,
  ) {
    this.content = contentHash(top, build);
  }

  /** The facts that are kept of an environment and still hold. A file that is broken, or was edited, counts as none. */
  read(name: string): KeptFacts | undefined {
    const text = isFileName(name) ? textOf(this.file(name)) : undefined;
    if (text === undefined) return undefined;
    const end = text.indexOf("\n");
    const written = text.slice(end + 1);
    const body = parsed(written);
    if (body === undefined || text.slice(0, end) !== this.seal(written, body.variables)) return undefined;
    return body.environment.name === name && this.hasFolders(body) ? body : undefined;
  }

  /**
   * Keeps what a synthesis found. Nothing is kept when sources or folders changed meanwhile: nobody knows what it read.
   *
   * @param variables names of those that the synthesis read
   */
  keep(facts: KeptFacts, variables: Iterable<string>): void {
    if (contentHash(this.top, this.build) !== this.content || !this.hasFolders(facts)) return;
    const body: Body = { format, variables: [...variables].sort(), ...facts };
    const text = JSON.stringify(body);
    privateFolder(this.top, "facts");
    writePrivate(this.file(facts.environment.name), `${this.seal(text, body.variables)}\n${text}`);
  }

  private file(name: string): string {
    return join(this.top, ".datalab", "facts", `${name}.json`);
  }

  /** Whether the folders that services get to read, wherever they lie, hold what the synthesis found in them. */
  private hasFolders({ environment }: KeptFacts): boolean {
    return environment.folders.every(({ path, hash }) => contentOfFolder(path, this.top) === hash);
  }

  private seal(text: string, variables: readonly string[]): string {
    return createHash("sha256")
      .update(JSON.stringify([format, this.content, variablesText(variables), text]))
      .digest("hex");
  }
}

/** Somebody may type a path as an environment's name. */
function isFileName(name: string): boolean {
  return /^[\w-]+$/.test(name);
}

/** Whatever prevents reading the file, the facts can be made again. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function parsed(text: string): Body | undefined {
  try {
    const body = JSON.parse(text) as Partial<Body> | null;
    return body?.format === format && Array.isArray(body.variables) && body.environment ? (body as Body) : undefined;
  } catch {
    return undefined;
  }
}
