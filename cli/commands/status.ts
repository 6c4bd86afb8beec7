import { findContainers } from "../engine/ours";
import { type ComponentStatus, isHealthy, summarise } from "../engine/summary";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { table } from "../output/table";
import type { Colours } from "../output/terminal";
import { openOnEngine } from "../open-environment";

/** What `status --json` prints. */
export interface StatusResult {
  readonly environment: string;
  readonly components: readonly ComponentStatus[];
}

/** `datalab status`: state and health of every component. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine } = await openOnEngine(invocation, "status");
  const found = await findContainers(engine, environment.name);
  const components = environment.components.map((component) => summarise(component, environment.containers, found));
  const result: StatusResult = { environment: environment.name, components };
  if (invocation.terminal.json) invocation.terminal.printJson(result);
  else invocation.terminal.print(statusText(result, invocation.terminal.colours));
  return 0;
}

function replicasText({ replicas, spawned }: ComponentStatus): string {
  return `${replicas.healthy}/${replicas.desired}${spawned > 0 ? ` + ${spawned} spawned` : ""}`;
}

/** The table for a person. */
export function statusText({ environment, components }: StatusResult, colours: Colours): string {
  const running = components.filter(isHealthy).length;
  return [
    `Environment ${environment}: ${running} of ${components.length} components healthy`,
    "",
    table([
      ["COMPONENT", "GROUP", "STATE", "HEALTH", "REPLICAS", "ADDRESS"].map(colours.bold),
      ...components.map((status) => {
        const colour = isHealthy(status)
          ? colours.green
          : status.state === "absent" || status.state === "stopped"
            ? colours.dim
            : colours.red;
        const { component, group, state, health, endpoints } = status;
        const url = endpoints.find((endpoint) => endpoint.url !== null)?.url ?? "";
        return [component, group, colour(state), colour(health), replicasText(status), url];
      }),
    ]),
  ].join("\n");
}
