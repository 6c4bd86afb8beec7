import { rmSync } from "node:fs";
import { connectEngine } from "../engine/connect";
import type { Engine } from "../engine/client";
import { findContainers } from "../engine/ours";
import { OperationError } from "../exit";
import type { EnvironmentDescription, StackDescription } from "../model/description";
import { groupsOf, stacksOn } from "../model/select";
import { count } from "../output/table";
import type { Terminal } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { diagnosticText } from "../terraform/events";
import { inOrder } from "../terraform/order";
import { initialise, runnersFor } from "../terraform/runners";
import { readState } from "../terraform/state";
import { runnerOf } from "./deploy";
import type { StackFailure } from "./failure";
import { refuseForeign } from "./foreign";
import { look } from "./reality";
import { withTerraform } from "./work";

/**
 * Removes the containers of groups and of all that stands on these; on AWS, everything of their stacks.
 *
 * @param groups Default: all
 * @throws OperationError when something could not be removed.
 */
export async function takeDown(opened: OpenEnvironment, groups: readonly string[], terminal: Terminal): Promise<void> {
  const { environment, top, write } = opened;
  const stacks = stacksOn(environment, groups);
  const engine = environment.target === "docker" ? await connectEngine() : undefined;
  const command = `datalab down --env ${environment.name}`;
  await withTerraform(
    { top, environment: environment.name, engine: engine?.host },
    command,
    terminal,
    async (terraform) => {
      await terraform.version();
      if (engine !== undefined) refuseForeign(environment, await look(engine, environment, top));
      write();
      const runners = runnersFor(stacks, top, terraform);
      const holding =
        engine === undefined
          ? stacks
          : stacks.filter(({ id }) => readState(runnerOf(runners, id).stateFile).length > 0);
      await initialise(holding.map(({ id }) => runnerOf(runners, id)));
      const failures: StackFailure[] = [];
      await inOrder(reversed(holding), async ({ id }) => {
        const result = await runnerOf(runners, id).destroy(({ kind, address }) => {
          if (kind === "done") terminal.note(`  removed ${address.replace(/^docker_container\./, "")}`);
        });
        if (!result.ok) failures.push({ stack: id, errors: result.errors });
        return result.ok;
      });
      if (failures.length > 0) throw new OperationError(failureText(failures));
    },
  );
  const left = engine === undefined ? 0 : await removeLeftovers(engine, environment, stacks, groups.length === 0);
  if (left > 0) terminal.note(`  removed ${count(left, "container")} that no state knew`);
  terminal.note(
    engine === undefined
      ? `Environment ${environment.name}: ${groupsOf(stacks).join(", ")} removed`
      : `Environment ${environment.name}: ${groupsOf(stacks).join(", ")} down; data is kept, ./datalab up --env ${environment.name} brings it back`,
  );
}

/** Stacks with their dependencies turned round: what is needed goes last. */
function reversed(stacks: readonly StackDescription[]): StackDescription[] {
  return stacks.map((stack) => ({
    ...stack,
    dependsOn: stacks.filter(({ dependsOn }) => dependsOn.includes(stack.id)).map(({ id }) => id),
  }));
}

/** Containers of an earlier, killed run are in no state; those of groups that were renamed have no stack any more. */
async function removeLeftovers(
  engine: Engine,
  environment: EnvironmentDescription,
  stacks: readonly StackDescription[],
  everything: boolean,
): Promise<number> {
  const groups = groupsOf(stacks);
  const found = (await findContainers(engine, environment.name)).filter(
    ({ group }) => everything || groups.includes(group),
  );
  await Promise.all(
    found.map(async ({ engineId, name }) => {
      const described = environment.containers.find((container) => container.name === name);
      await engine.stop(engineId, described?.stopGraceSeconds ?? 10);
      await engine.remove(engineId);
    }),
  );
  return found.length;
}

function failureText(failures: readonly StackFailure[]): string {
  return [
    "Not everything could be removed:",
    ...failures.flatMap(({ stack, errors }) => errors.map((error) => `  ${stack}: ${diagnosticText(error)}`)),
    "Mend the cause and run the command again; it goes on from here.",
  ].join("\n");
}

/** Forgets the state of stacks whose resources are gone. */
export function removeStates(files: readonly string[]): void {
  for (const file of files) {
    rmSync(file, { force: true });
    rmSync(`${file}.backup`, { force: true });
  }
}
