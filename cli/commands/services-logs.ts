import { lines } from "../engine/lines";
import { findContainers } from "../engine/ours";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { openOnEngine } from "../open-environment";

/** `datalab services logs [names…]`: what services, components or init steps wrote; all services where none is named. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine } = await openOnEngine(invocation, "services logs");
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
 * The containers behind names: of a component (its services), a service, or one container, init steps included.
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
    const exact = environment.containers.filter((container) => [container.id, container.name].includes(name));
    if (exact.length > 0) return exact;
    const wider = services.filter(({ component, service }) => component === name || service === name);
    if (wider.length > 0) return wider;
    throw new PreflightError(
      `Environment ${environment.name} has no service "${name}". It has: ${environment.containers.map(({ id }) => id).join(", ")}.`,
    );
  });
  return [...new Set(chosen)];
}
