import { OperationError, PreflightError } from "../exit";
import type { StackDescription } from "../model/description";
import { count } from "../output/table";
import type { Terminal } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { diagnosticText } from "../terraform/events";
import { protections } from "../terraform/habits/protections";
import { inOrder, reversed } from "../terraform/order";
import { runnerOf } from "../terraform/runners";
import type { StackPlan } from "../terraform/stack";
import { type Runners, withAwsRunners } from "./aws-runners";
import { type Confirmation, confirmedName } from "./confirm";
import { removalFailureText, type StackFailure } from "./failure";

/** What is to be removed from an AWS account, and on whose word. */
export interface AwsRemoval {
  readonly opened: OpenEnvironment;
  readonly stacks: readonly StackDescription[];
  /** What messages call it, for example `datalab down --env prod`. */
  readonly command: string;
  readonly confirmation: Confirmation;
  /** What stays, for the list that is confirmed. */
  readonly stays: string;
  /** What to do when a stack may not be destroyed. */
  readonly remedy: string;
}

/**
 * Destroys stacks. All of them are planned first, the list is shown and confirmed, and the very plans that were shown
 * are carried out; when one of them cannot be, none is.
 *
 * @returns addresses of what was removed, each with its stack
 * @throws PreflightError when something is protected or the name was not confirmed; OperationError when a removal fails.
 */
export async function removeFromAws(removal: AwsRemoval, terminal: Terminal): Promise<string[]> {
  const { opened, stacks, command } = removal;
  return withAwsRunners(opened, stacks, command, terminal, async (runners) => {
    try {
      const plans = await planRemoval(removal, runners);
      if (plans.size === 0) return [];
      await confirm(removal, plans, terminal);
      return await carryOut(stacks, runners, plans, terminal);
    } finally {
      for (const runner of runners.values()) runner.discardPlan();
    }
  });
}

/** The plans of the stacks that hold something. */
async function planRemoval({ stacks, remedy }: AwsRemoval, runners: Runners): Promise<Map<string, StackPlan>> {
  const planned = await Promise.all(
    stacks.map(async ({ id }) => {
      const plan = await runnerOf(runners, id).plan({ destroy: true, refresh: false });
      const shown = plan.needed ? await runnerOf(runners, id).showPlan() : undefined;
      return { id, plan, reasons: [...plan.errors.map(diagnosticText), ...protections(shown)] };
    }),
  );
  const refusals = planned.flatMap(({ id, reasons }) => reasons.map((reason) => `  ${id}: ${reason}`));
  if (refusals.length > 0) {
    throw new PreflightError(["Nothing was removed, because not everything can be:", ...refusals, remedy].join("\n"));
  }
  return new Map(planned.filter(({ plan }) => plan.needed).map(({ id, plan }) => [id, plan]));
}

async function confirm(
  { opened, confirmation, stays, command }: AwsRemoval,
  plans: ReadonlyMap<string, StackPlan>,
  terminal: Terminal,
): Promise<void> {
  const { name } = opened.environment;
  for (const [id, { changes }] of plans) {
    terminal.note(`${id}: ${count(changes.length, "resource")} will be destroyed`);
    for (const { address } of changes) terminal.note(`  - ${address}`);
  }
  terminal.note(stays);
  const typed = await confirmedName(confirmation, `Type the environment's name (${name}) to go on: `);
  if (typed.trim() === name) return;
  throw new PreflightError(
    `Nothing was removed: the environment's name has to be typed, or given as ./${command} --confirm ${name}` +
      `${typed === "" ? "" : ` (given: "${typed.trim()}")`}.`,
  );
}

async function carryOut(
  stacks: readonly StackDescription[],
  runners: Runners,
  plans: ReadonlyMap<string, StackPlan>,
  terminal: Terminal,
): Promise<string[]> {
  const failures: StackFailure[] = [];
  const removed: string[] = [];
  await inOrder(reversed(stacks), async ({ id }) => {
    const plan = plans.get(id);
    if (!plan) return true;
    const result = await runnerOf(runners, id).apply(plan, ({ kind, address }) => {
      if (kind !== "done") return;
      removed.push(`${id}: ${address}`);
      terminal.note(`  removed ${id}: ${address}`);
    });
    if (!result.ok) failures.push({ stack: id, errors: result.errors });
    return result.ok;
  });
  if (failures.length > 0) throw new OperationError(removalFailureText(failures));
  return removed;
}
