import type { Engine } from "../engine/client";
import { adviceFor, diagnose } from "../engine/diagnose";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { type Diagnostic, diagnosticText } from "../terraform/events";

/** What a stack could not do. */
export interface StackFailure {
  readonly stack: string;
  readonly errors: readonly Diagnostic[];
}

/**
 * What went wrong, for a person: each container with its state, health output and last log lines, and what to try.
 *
 * @param unhealthy containers that are not healthy although Terraform has finished
 */
export async function failureReport(
  engine: Engine,
  environment: EnvironmentDescription,
  failures: readonly StackFailure[],
  unhealthy: readonly ContainerDescription[],
): Promise<string> {
  const blocks: string[] = [];
  const told = new Set<string>();
  for (const { stack, errors } of failures) {
    for (const error of errors) {
      const container = containerOf(environment, stack, error);
      if (!container) {
        blocks.push(`${stack}${error.address === undefined ? "" : `, ${error.address}`}: ${diagnosticText(error)}`);
      } else if (!told.has(container.name)) {
        told.add(container.name);
        const what = isAboutItsEnd(error, container) ? "it ended with an error" : diagnosticText(error);
        blocks.push(await containerBlock(engine, environment, container, what));
      }
    }
  }
  for (const container of unhealthy) {
    if (told.has(container.name)) continue;
    blocks.push(await containerBlock(engine, environment, container, "did not get healthy"));
  }
  return blocks.join("\n\n");
}

/** The container that an error is about; that of a failed condition names it in its text only. */
function containerOf(
  environment: EnvironmentDescription,
  stack: string,
  error: Diagnostic,
): ContainerDescription | undefined {
  return environment.containers.find(
    (one) => one.stack === stack && (one.address === error.address || isAboutItsEnd(error, one)),
  );
}

/** Whether it is the condition of a step that failed; its text says less than the step's own log. */
function isAboutItsEnd(error: Diagnostic, { name }: ContainerDescription): boolean {
  return error.detail.includes(`"docker logs ${name}"`);
}

async function containerBlock(
  engine: Engine,
  environment: EnvironmentDescription,
  container: ContainerDescription,
  what: string,
): Promise<string> {
  const title = container.kind === "init" ? `${container.component}: the step ${container.id}` : container.component;
  const lines = await diagnose(engine, container.name);
  const advice = adviceFor(
    container.kind === "init" ? container.id : container.component,
    environment.name,
    await engine.inspect(container.name),
  );
  return [`${title} (${container.name}): ${what}`, ...lines.map((line) => `  ${line}`), `  try: ${advice}`].join("\n");
}

/** What could not be removed, and how to go on. */
export function removalFailureText(failures: readonly StackFailure[]): string {
  return [
    "Not everything could be removed:",
    ...failures.flatMap(({ stack, errors }) => errors.map((error) => `  ${stack}: ${diagnosticText(error)}`)),
    "Fix the cause and run the command again; it continues from here.",
  ].join("\n");
}
