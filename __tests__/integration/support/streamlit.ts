import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./engine";
import { environmentName } from "./workspace";

interface Shown {
  readonly kinds: readonly string[];
  readonly texts: readonly string[];
}

/** What a browser is shown that opens a session, tries the password unless it is empty, and then opens the pages. */
export async function streamlitSession(password: string, ...pages: string[]): Promise<Readonly<Record<string, Shown>>> {
  const program = readFileSync(join(__dirname, "../fixtures/streamlit_session.py")).toString("base64");
  const run = `exec(__import__("base64").b64decode("${program}"))`;
  const { exitCode, output } = await execute(`${environmentName}-streamlit`, ["python", "-c", run, password, ...pages]);
  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  return JSON.parse(output) as Record<string, Shown>;
}
