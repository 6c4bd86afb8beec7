import { rmSync } from "node:fs";
import { join } from "node:path";
import { connectEngine } from "../engine/connect";
import type { Engine } from "../engine/client";
import { OperationError } from "../exit";
import type { EnvironmentDescription } from "../model/description";
import { stacksOn } from "../model/select";
import type { Terminal } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { type Removal, removeContainers } from "./down";
import { refuseForeignData } from "./foreign";
import { look } from "./reality";
import { withTerraform } from "./work";

/** What `destroy --json` prints. */
export interface DestroyResult {
  readonly environment: string;
  /** Names of what was removed; on AWS `resources` has addresses. */
  readonly removed: Readonly<Partial<Record<"containers" | "volumes" | "networks" | "resources", readonly string[]>>>;
}

/**
 * Removes containers, volumes, network and state of an environment. The caller has asked for both keys.
 *
 * @throws PreflightError when anything of it belongs to another checkout; OperationError when something cannot be removed.
 */
export async function destroyDocker(opened: OpenEnvironment, terminal: Terminal): Promise<DestroyResult> {
  const { environment, top } = opened;
  const engine = await connectEngine();
  const place = { top, environment: environment.name, engine: engine.host };
  const command = `datalab destroy --data --env ${environment.name}`;
  const removed = await withTerraform(place, command, terminal, async (terraform) => {
    await terraform.version(environment.target);
    const removal: Removal = { ...opened, engine, terraform, terminal };
    refuseForeignData(environment, await look(engine, environment, top));
    const containers = await removeContainers(removal, stacksOn(environment, []), true);
    const volumes = await removeVolumes(removal);
    const networks = await removeNetworks(removal);
    if (!terraform.wasInterrupted) removeStates(environment, top);
    return { containers, volumes, networks };
  });
  terminal.note(
    `Environment ${environment.name} is gone, data included. Its secrets are kept in .datalab/secrets/${environment.name} for a later up.`,
  );
  return { environment: environment.name, removed };
}

async function removeVolumes({ engine, environment, top, terraform, terminal }: Removal): Promise<string[]> {
  // Once more: while the containers went, somebody else may have made volumes of these names.
  const reality = await look(engine, environment, top);
  refuseForeignData(environment, reality);
  const removed: string[] = [];
  for (const { name } of reality.volumes) {
    if (terraform.wasInterrupted) break;
    await orInUse(`volume ${name}`, () => engine.removeVolume(name));
    removed.push(name);
    terminal.note(`  removed volume ${name}`);
  }
  return removed;
}

async function removeNetworks({ engine, environment, terraform, terminal }: Removal): Promise<string[]> {
  const removed: string[] = [];
  for (const name of environment.stacks.flatMap((stack) => stack.networks)) {
    if (terraform.wasInterrupted) break;
    if ((await engine.network(name)) === undefined) continue;
    await orInUse(`network ${name}`, () => engine.removeNetwork(name));
    removed.push(name);
    terminal.note(`  removed network ${name}`);
  }
  return removed;
}

/** @throws OperationError when a container of somebody else uses it. */
async function orInUse(what: string, remove: () => ReturnType<Engine["removeVolume"]>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    const { statusCode, message } = error as Error & { readonly statusCode?: number };
    // 409 is the engine's answer for a volume in use, 403 for a network with containers on it.
    if (statusCode !== 409 && statusCode !== 403) throw error;
    throw new OperationError(
      `The ${what} cannot be removed: ${message.trim()}\n` +
        "A container that is not the environment's uses it. Remove that container and run the command again; it continues from here.",
    );
  }
}

/** Forgets the states: what they held is gone. */
function removeStates({ stacks }: EnvironmentDescription, top: string): void {
  for (const { id } of stacks) {
    const file = join(top, ".datalab", "state", `${id}.tfstate`);
    rmSync(file, { force: true });
    rmSync(`${file}.backup`, { force: true });
  }
}
