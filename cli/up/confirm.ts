import { createInterface } from "node:readline/promises";

/** Where a confirmation comes from. */
export interface Confirmation {
  /** What `--confirm` gave. */
  readonly given: string | undefined;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
}

/** The confirmation of a call. */
export function confirmationOf(options: Readonly<Record<string, unknown>>): Confirmation {
  const { confirm } = options;
  return { given: typeof confirm === "string" ? confirm : undefined, interactive: process.stdin.isTTY };
}

/**
 * What the operator gives as the environment's name: by `--confirm`, or typed as the answer to a question.
 * Empty where there is nobody to ask.
 */
export async function confirmedName({ given, interactive }: Confirmation, question: string): Promise<string> {
  if (given !== undefined) return given;
  if (!interactive) return "";
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await questions.question(question);
  } finally {
    questions.close();
  }
}
