import { shorten } from "../output/table";
import type { Engine } from "./client";
import { lines } from "./lines";
import type { InspectedContainer } from "./types";

const logLines = 20;

/** Why a container does not do its work, in lines for a person; empty where the engine has no such container. */
export async function diagnose(engine: Engine, container: string): Promise<string[]> {
  const inspected = await engine.inspect(container);
  if (!inspected) return [];
  const written: string[] = [];
  for await (const line of lines(engine.logs(container, logLines))) written.push(line);
  return describeFailure(inspected, written.slice(-logLines));
}

/** The same, from what the engine said. */
export function describeFailure(container: InspectedContainer, log: readonly string[]): string[] {
  const { State: state } = container;
  const facts = [
    stateText(container),
    ...(state.OOMKilled ? ["it was killed because it used up its memory limit"] : []),
    ...(state.Error === "" ? [] : [state.Error]),
  ];
  const health = state.Health?.Log?.at(-1);
  return [
    `state: ${facts.join("; ")}`,
    ...(health && health.ExitCode !== 0
      ? [`health check (exit ${health.ExitCode}): ${shorten(health.Output || "no output", 300)}`]
      : []),
    ...(log.length === 0 ? ["log: empty"] : [`log, last ${log.length} lines:`, ...log.map((line) => `  ${line}`)]),
  ];
}

function stateText({ State: state, RestartCount }: InspectedContainer): string {
  const restarts = RestartCount > 0 ? `, restarted ${RestartCount} times` : "";
  if (state.Restarting) return `ends again and again, last exit code ${state.ExitCode}${restarts}`;
  if (state.Running) return `runs, health ${state.Health?.Status ?? "not checked"}${restarts}`;
  if (state.Status === "created") return "was created and never started";
  return `exited with code ${state.ExitCode}${exitHint(state.ExitCode)}${restarts}`;
}

function exitHint(code: number): string {
  switch (code) {
    case 125:
    case 126:
    case 127:
      return " (its command cannot be run)";
    case 137:
      return " (killed)";
    case 139:
      return " (crashed)";
    case 143:
      return " (was asked to stop)";
    default:
      return "";
  }
}

/** What an operator could try, told from what was found. */
export function adviceFor(component: string, environment: string, container: InspectedContainer | undefined): string {
  const logs = `./datalab services logs ${component} --env ${environment}`;
  if (container?.State.OOMKilled === true) {
    return `Raise sizes["${component}"].memoryMiB in config/environments/${environment}.ts, then ./datalab up --env ${environment} again.`;
  }
  if (container?.State.Error.includes("port is already allocated") === true) {
    return `Free the port, or give the endpoint another in config/environments/${environment}.ts (ports), then ./datalab up --env ${environment} again.`;
  }
  return `Read on with ${logs}; fix the cause; ./datalab up --env ${environment} continues from here.`;
}
