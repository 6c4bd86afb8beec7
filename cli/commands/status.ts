import { type Ailment, findAilments } from "../engine/ailment";
import { findContainers } from "../engine/ours";
import { type ComponentStatus, isHealthy, summarise } from "../engine/summary";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { membersOf } from "../model/members";
import { table } from "../output/table";
import type { Colours } from "../output/terminal";
import { broughtUp } from "../up/brought-up";
import { openOnEngine } from "../open-environment";

/** A component with what is wrong with it and what to do; null where nothing is. */
type DiagnosedStatus = ComponentStatus & { readonly [key in keyof Ailment]: string | null };

/** What `status --json` prints. */
export interface StatusResult {
  readonly environment: string;
  readonly components: readonly DiagnosedStatus[];
}

/** `datalab status [names…]`: state and health of components, and in a line each what is wrong and what to do. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine, top } = await openOnEngine(invocation, "status");
  const found = await findContainers(engine, environment.name);
  const all = environment.components.map((component) => summarise(component, environment.containers, found));
  const ailments = await findAilments(engine, environment, all, found, broughtUp(environment, top));
  const meant = membersOf(environment, invocation.args);
  const components = all
    .filter(({ component }) => meant.has(component))
    .map((status) => ({ ...status, ...(ailments.get(status.component) ?? { problem: null, advice: null }) }));
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
  const healthy = components.filter(isHealthy).length;
  const absent = components.filter(({ state }) => state === "absent").length;
  const rest = absent === 0 ? "" : `, ${absent} not brought up`;
  const ill = components.filter(({ problem }) => problem !== null);
  return [
    `Environment ${environment}: ${healthy} of ${components.length} components healthy${rest}`,
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
    ...(ill.length > 0 ? [""] : []),
    ...ill.map(
      ({ component, problem, advice }) => `${colours.red("✖")} ${component} ${problem ?? ""}. To do: ${advice ?? ""}`,
    ),
  ].join("\n");
}
