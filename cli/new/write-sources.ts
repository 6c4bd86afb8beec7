import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigurationError } from "../../constructs/core/errors";

/** A source file of the checkout as it will be. */
export interface SourceChange {
  /** Below the checkout. */
  readonly path: string;
  /** What it holds now; undefined where it does not exist. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Writes files, each whole. Nothing is put in its place before all of them lie beside theirs; when one cannot be,
 * those before it are put back.
 *
 * @throws ConfigurationError when one of them was made or edited meanwhile.
 */
export function writeSources(top: string, changes: readonly SourceChange[]): void {
  for (const change of changes) checkUnchanged(top, change);
  const written: string[] = [];
  const placed: SourceChange[] = [];
  try {
    const moves = changes.map((change) => {
      const temporary = beside(join(top, change.path));
      written.push(temporary);
      rmSync(temporary, { force: true });
      // What another one put there in the meantime, perhaps a link to elsewhere, is not written to.
      writeFileSync(temporary, change.after, { flush: true, flag: "wx" });
      if (change.before !== undefined) chmodSync(temporary, statSync(join(top, change.path)).mode);
      return { change, temporary };
    });
    for (const { change, temporary } of moves) {
      renameSync(temporary, join(top, change.path));
      placed.push(change);
    }
  } catch (error) {
    for (const { path, before } of placed.reverse()) {
      if (before === undefined) rmSync(join(top, path));
      else writeFileSync(join(top, path), before);
    }
    throw error;
  } finally {
    for (const temporary of written) rmSync(temporary, { force: true });
  }
}

function checkUnchanged(top: string, { path, before }: SourceChange): void {
  if (readIfThere(join(top, path)) === before) return;
  throw new ConfigurationError(`${path} was edited meanwhile. Run this again; nothing was written.`);
}

/** The text of a file, or undefined where there is none. */
export function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Not a name that a compiler or a test looks at; always the same, so that the next run replaces what one left that was killed. */
function beside(file: string): string {
  return join(dirname(file), `.${basename(file)}.unfinished`);
}
