import { lines } from "../engine/lines";
import { findContainers } from "../engine/ours";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { sortNames } from "../model/names";
import { openOnEngine } from "../open-environment";

/** `datalab logs [names…]`: what groups, components, services or init steps wrote; all services where none is named. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine } = await openOnEngine(invocation, "logs");
  const { terminal, options, args } = invocation;
  const tail = options["tail"] as number | "all";
  const follow = options["follow"] === true;
  const present = new Set((await findContainers(engine, environment.name)).map(({ name }) => name));
  const chosen = chooseContainers(environment, args).filter(({ name }) => present.has(name));
  if (chosen.length === 0) {
    throw new PreflightError(`There is no such container yet. Make it: ./datalab up --env ${environment.name}`);
  }
  const width = Math.max(...chosen.map(({ id }) => id.length));
  await Promise.all(
    chosen.map(async ({ id, name }) => {
      for await (const line of lines(engine.logs(name, tail, follow))) {
        if (terminal.json) process.stdout.write(`${JSON.stringify({ service: id, line })}\n`);
        else terminal.print(chosen.length === 1 ? line : `${terminal.colours.cyan(id.padEnd(width))} | ${line}`);
      }
    }),
  );
  return 0;
}

/**
 * The containers behind names: services of a group or component, a service, or one container, init steps included.
 *
 * @throws PreflightError when a name is none of these.
 */
export function chooseContainers(
  environment: EnvironmentDescription,
  names: readonly string[],
): ContainerDescription[] {
  const services = environment.containers.filter(({ kind }) => kind === "service");
  if (names.length === 0) return services;
  const chosen = names.flatMap((name) => {
    const steps = environment.containers.filter(
      ({ kind, id, name: full }) => kind === "init" && [id, full].includes(name),
    );
    if (steps.length > 0) return steps;
    const { groups, components, containers } = sortNames(environment, [name]);
    const inside = services.filter(({ group, component }) => groups.includes(group) || components.includes(component));
    // Where a component has a service of its own name among others, the name means all of them.
    return [...inside, ...containers];
  });
  return [...new Set(chosen)];
}
