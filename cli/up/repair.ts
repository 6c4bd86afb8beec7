import type { Engine } from "../engine/client";
import { startContainers } from "../engine/lifecycle";
import { OperationError } from "../exit";
import type { EnvironmentDescription } from "../model/description";
import { diagnosticText } from "../terraform/events";
import type { TerraformStackRunner } from "../terraform/stack";
import type { RepairPlan } from "./repair-plan";

/**
 * Carries out what has to be done before planning. Replacements are left to the plans.
 *
 * @throws OperationError when the network cannot be taken over.
 */
export async function repair(
  engine: Engine,
  environment: EnvironmentDescription,
  runners: ReadonlyMap<string, TerraformStackRunner>,
  plan: RepairPlan,
): Promise<void> {
  await Promise.all(plan.remove.map(({ engineId }) => engine.remove(engineId)));
  if (plan.importNetwork) {
    const { stack, address, id } = plan.importNetwork;
    const result = await runners.get(stack)?.import(address, id);
    if (result && !result.ok) throw new OperationError(result.errors.map(diagnosticText).join("\n"));
  }
  // One that does not get healthy may be about to be replaced: whether all are well is checked at the end.
  await startContainers(engine, environment, plan.start, { onBegin: () => undefined });
}
