import type { Engine } from "../engine/client";
import { removeFound, startContainers } from "../engine/lifecycle";
import { OperationError } from "../exit";
import type { EnvironmentDescription } from "../model/description";
import { diagnosticText } from "../terraform/events";
import { Progress } from "../output/progress";
import type { Terminal } from "../output/terminal";
import type { TerraformStackRunner } from "../terraform/stack";
import type { RepairPlan } from "./repair-plan";
import { Watch } from "./watch";

/**
 * Carries out what has to be done before planning. Replacements are left to the plans.
 *
 * @throws OperationError when a network cannot be taken over.
 */
export async function repair(
  engine: Engine,
  environment: EnvironmentDescription,
  runners: ReadonlyMap<string, TerraformStackRunner>,
  plan: RepairPlan,
  terminal: Terminal,
): Promise<void> {
  // First, because nothing is lost yet when it fails.
  for (const { stack, address, id } of plan.importNetworks) {
    const result = await runners.get(stack)?.import(address, id);
    if (result && !result.ok) throw new OperationError(result.errors.map(diagnosticText).join("\n"));
  }
  await removeFound(engine, environment, plan.remove);
  if (plan.start.length === 0) return;
  const progress = new Progress(terminal, [...new Set(plan.start.map(({ component }) => component))]);
  const watch = new Watch(engine, environment, plan.start, progress);
  try {
    // One that does not get healthy may be about to be replaced: whether all are well is checked at the end.
    await startContainers(engine, environment, plan.start, {
      onBegin: ({ component }) => {
        progress.set(component, "busy", "starting");
      },
    });
  } finally {
    await watch.end();
    progress.end();
  }
}
