import { defaultEnvironmentName } from "../config/default-environment";
import { ConfigurationError } from "../constructs/core/errors";
import { systemErrorText } from "../constructs/core/system-errors";
import type { Command as CommandLine } from "commander";
import { type ExitCode, OperationError, PreflightError } from "./exit";
import type { Command } from "./invocation";
import { Terminal } from "./output/terminal";
import { buildProgram } from "./program";

/** Runs the command line and ends the process with its exit code. */
export async function start(words: readonly string[]): Promise<void> {
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  process.exitCode = await run(words, () => {
    // Holds when the process ends before the command does: that is a failure too.
    // Not set earlier, because commander gives help the exit code that is set.
    process.exitCode = 1;
  });
}

/** Whoever read the output has gone (`datalab up | head`): the work goes on to its end all the same. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/**
 * Runs the command line.
 *
 * @param onCommand called when it turns out to name a command, before that begins
 */
export async function run(words: readonly string[], onCommand: () => void = () => undefined): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = buildProgram(async (load, commandLine) => {
    onCommand();
    code = await carryOut(load, commandLine);
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    return report(error);
  }
}

async function carryOut(load: () => Promise<{ run: Command }>, commandLine: CommandLine): Promise<ExitCode> {
  const options = commandLine.optsWithGlobals<{ env?: string; json?: boolean; service?: string[] }>();
  const terminal = new Terminal(options.json === true);
  const { run: command } = await load();
  return command({
    environment: options.env ?? defaultEnvironmentName(),
    environmentNamed: options.env !== undefined,
    terminal,
    args: [...commandLine.args, ...(options.service ?? [])],
    options,
  });
}

/** Tells what went wrong, in as many words as the kind of mistake needs. */
function report(error: unknown): ExitCode {
  if (isUsageError(error)) return error.exitCode === 0 ? 0 : 2;
  const write = (text: string): boolean => process.stderr.write(`${text}\n`);
  if (error instanceof ConfigurationError || error instanceof PreflightError) {
    write(error.message);
    return 2;
  }
  if (error instanceof OperationError) {
    write(error.message);
    return 1;
  }
  const systemText = systemErrorText(error);
  if (systemText !== undefined) {
    write(systemText);
    return 2;
  }
  write(
    `This is a mistake in datalab itself, please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 1;
}

/** Commander has already printed what it throws. */
function isUsageError(error: unknown): error is { exitCode: number } {
  return (
    error instanceof Error && "code" in error && String(error.code).startsWith("commander.") && "exitCode" in error
  );
}
