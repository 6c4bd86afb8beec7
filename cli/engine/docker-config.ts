import { readFileSync } from "node:fs";
import { PreflightError } from "../exit";

/**
 * A file of Docker's own configuration.
 *
 * @throws PreflightError when it is not JSON.
 */
export function readJson(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PreflightError(
      `${file}, which belongs to Docker's own command, is not JSON: ${error.message}. Fix it, or move it out of the way.`,
    );
  }
}
