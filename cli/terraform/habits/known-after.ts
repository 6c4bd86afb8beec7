import type { StackDescription } from "../../model/description";
import { inOrder } from "../order";
import { runnerOf } from "../runners";
import type { StackPlan, TerraformStackRunner } from "../stack";

/** Plans of stacks that read each other's outputs, and the stacks that could not be planned. */
export interface PlansInOrder {
  readonly plans: Map<string, StackPlan>;
  /** With the stacks whose outputs have to exist first. */
  readonly later: readonly { readonly stack: StackDescription; readonly after: readonly string[] }[];
}

/** Plans stacks in their order. One that reads outputs which do not exist yet is left for later. */
export async function planInOrder(
  stacks: readonly StackDescription[],
  runners: ReadonlyMap<string, TerraformStackRunner>,
): Promise<PlansInOrder> {
  const plans = new Map<string, StackPlan>();
  const later: { stack: StackDescription; after: string[] }[] = [];
  await inOrder(stacks, async (stack) => {
    const after = stack.dependsOn.filter(
      (id) => plans.get(id)?.newOutputs === true || later.some((one) => one.stack.id === id),
    );
    if (after.length > 0) later.push({ stack, after });
    else plans.set(stack.id, await runnerOf(runners, stack.id).plan());
    return true;
  });
  return { plans, later };
}
