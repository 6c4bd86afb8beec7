import { findContainers, match } from "../engine/ours";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { table } from "../output/table";
import { openOnEngine } from "../open-environment";

/** One container as `services list --json` prints it. */
export interface ServiceEntry {
  readonly service: string;
  readonly component: string;
  readonly group: string;
  readonly container: string;
  readonly image: string;
  /** `absent` where there is no such container. */
  readonly state: string;
  readonly health: string;
  /** `127.0.0.1:9000->9000/tcp`. */
  readonly ports: readonly string[];
}

/** `datalab services list`: every container of the environment's services. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { environment, engine } = await openOnEngine(invocation, "services list");
  const services = environment.containers.filter(({ kind }) => kind === "service");
  const entries = match(services, await findContainers(engine, environment.name)).map(
    ({ described, found }): ServiceEntry => ({
      service: described.service,
      component: described.component,
      group: described.group,
      container: described.name,
      image: described.image,
      state: found?.state ?? "absent",
      health: found?.health ?? "none",
      ports: described.ports.map(
        ({ address, port, internal, protocol }) => `${address}:${port}->${internal}/${protocol}`,
      ),
    }),
  );
  const { terminal } = invocation;
  if (terminal.json) terminal.printJson({ environment: environment.name, services: entries });
  else {
    terminal.print(
      table([
        ["CONTAINER", "GROUP", "STATE", "HEALTH", "IMAGE", "PORTS"].map(terminal.colours.bold),
        ...entries.map(({ container, group, state, health, image, ports }) => [
          container,
          group,
          state,
          health,
          image,
          ports.join(" "),
        ]),
      ]),
    );
  }
  return 0;
}
