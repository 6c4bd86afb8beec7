import type { ExitCode } from "./exit";
import type { Terminal } from "./output/terminal";

/** One call of the command line. */
export interface Invocation {
  /** The environment that is meant. */
  readonly environment: string;
  /** Whether `--env` or `DATALAB_ENV` named it. */
  readonly environmentNamed: boolean;
  readonly terminal: Terminal;
  /** Positional arguments of the command. */
  readonly args: readonly string[];
  /** Options of the command by their long names in camel case. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a file in `commands` exports as `run`. */
export type Command = (invocation: Invocation) => Promise<ExitCode> | ExitCode;
