import type { StackDescription } from "../model/description";
import type { ResourceEvent } from "../terraform/events";
import { inOrder } from "../terraform/order";
import { runnerOf } from "../terraform/runners";
import { allNew, type StackPlan, type TerraformStackRunner } from "../terraform/stack";
import type { StackFailure } from "./failure";

export interface DeployEvents {
  readonly onResource: (stack: StackDescription, event: ResourceEvent) => void;
  /** The apply of a stack begins; not called for stacks without changes. */
  readonly onApply?: (stack: StackDescription) => void;
  /**
   * Resolves as soon as all that other stacks use of this one exists, be its apply finished or not:
   * the provider sleeps two seconds after it has made the network. Default: stacks wait for the apply.
   */
  readonly isUsable?: (stack: StackDescription, applied: Promise<boolean>) => Promise<boolean>;
}

/**
 * Plans all stacks at the same time. Docker stacks take nothing from each other's states, so none has to wait.
 *
 * @param empty stacks of which nothing exists; they are not planned, which saves them a start of Terraform
 */
export async function planAll(
  stacks: readonly StackDescription[],
  runners: ReadonlyMap<string, TerraformStackRunner>,
  replace: ReadonlyMap<string, readonly string[]>,
  empty: ReadonlySet<string> = new Set(),
): Promise<Map<string, StackPlan>> {
  const planOf = (id: string): Promise<StackPlan> | StackPlan =>
    empty.has(id) ? allNew : runnerOf(runners, id).plan({ replace: replace.get(id) ?? [] });
  const plans = await Promise.all(stacks.map(async ({ id }) => [id, await planOf(id)] as const));
  return new Map(plans);
}

/** Applies the plans that have changes, in order; what does not depend on a failed stack goes on. */
export async function applyPlans(
  stacks: readonly StackDescription[],
  runners: ReadonlyMap<string, TerraformStackRunner>,
  plans: ReadonlyMap<string, StackPlan>,
  events: DeployEvents,
): Promise<StackFailure[]> {
  const failures: StackFailure[] = [];
  const applies: Promise<boolean>[] = [];
  const apply = async (stack: StackDescription, plan: StackPlan): Promise<boolean> => {
    const result = await runnerOf(runners, stack.id).apply(plan, (event) => {
      events.onResource(stack, event);
    });
    if (!result.ok) failures.push({ stack: stack.id, errors: result.errors });
    return result.ok;
  };
  await inOrder(stacks, async (stack) => {
    const plan = plans.get(stack.id);
    if (plan && plan.errors.length > 0) {
      failures.push({ stack: stack.id, errors: plan.errors });
      return false;
    }
    if (plan?.needed !== true) return true;
    events.onApply?.(stack);
    const applied = apply(stack, plan);
    applies.push(applied);
    return events.isUsable ? events.isUsable(stack, applied) : applied;
  });
  await Promise.all(applies);
  return failures;
}
