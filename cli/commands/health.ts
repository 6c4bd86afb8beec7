import type { Engine } from "../engine/client";
import { type FoundContainer, findContainers, match } from "../engine/ours";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import type { ContainerDescription } from "../model/description";
import { containersOf, stacksFor } from "../model/select";
import { shorten, table } from "../output/table";
import { broughtUp } from "../up/brought-up";
import { openOnEngine } from "../open-environment";

/** One container as `health --json` prints it. */
export interface HealthEntry {
  readonly component: string;
  readonly container: string;
  /** `absent` where there is no such container. */
  readonly state: string;
  readonly health: "healthy" | "starting" | "unhealthy" | "none";
  /** Failed checks in a row. */
  readonly failing: number;
  /** What the last check wrote. */
  readonly output: string;
}

/**
 * `datalab health [names…]`: what the checks of each container say. Without names, the components that were brought up are meant.
 * Exit code 1 unless all are healthy.
 */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine, top } = await openOnEngine(invocation, "health");
  const { terminal, args } = invocation;
  const found = await findContainers(engine, environment.name);
  const there = new Set([...broughtUp(environment, top), ...found.map(({ component }) => component)]);
  const containers = containersOf(environment, stacksFor(environment, args)).filter(
    ({ kind, component }) => kind === "service" && (args.length > 0 || there.has(component)),
  );
  if (containers.length === 0) {
    throw new PreflightError(
      `Nothing of environment ${environment.name} exists. Bring it up: ./datalab up --env ${environment.name}`,
    );
  }
  const entries = await Promise.all(match(containers, found).map((pair) => entry(engine, pair.described, pair.found)));
  const allHealthy = entries.every(({ state, health }) => state === "running" && health === "healthy");
  if (terminal.json) terminal.printJson({ environment: environment.name, healthy: allHealthy, checks: entries });
  else {
    const { bold, green, red } = terminal.colours;
    terminal.print(
      table([
        ["COMPONENT", "CONTAINER", "STATE", "HEALTH", "LAST CHECK"].map(bold),
        ...entries.map(({ component, container, state, health, failing, output }) => [
          component,
          container,
          state,
          (health === "healthy" ? green : red)(health),
          health === "healthy" ? "" : shorten(failing > 0 ? `failed ${failing} times: ${output}` : output, 80),
        ]),
      ]),
    );
  }
  return allHealthy ? 0 : 1;
}

async function entry(
  engine: Engine,
  described: ContainerDescription,
  found: FoundContainer | undefined,
): Promise<HealthEntry> {
  const inspected = found === undefined ? undefined : await engine.inspect(found.engineId);
  const check = inspected?.State.Health;
  return {
    component: described.component,
    container: described.name,
    state: found?.state ?? "absent",
    health: found?.health ?? "none",
    failing: check?.FailingStreak ?? 0,
    output: check?.Log?.at(-1)?.Output.trim() ?? "",
  };
}
