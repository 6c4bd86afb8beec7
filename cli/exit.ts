/** 0 done, 1 it failed, 2 usage, configuration or preflight: nothing was changed. */
export type ExitCode = 0 | 1 | 2;

/** Something that has to be put right before the command can begin; nothing was changed. Exit code 2. */
export class PreflightError extends Error {
  override readonly name = "PreflightError";
}

/** The command was carried out and failed; the message says what, why and what to try. Exit code 1. */
export class OperationError extends Error {
  override readonly name = "OperationError";
}
