import { connectEngine } from "../engine/connect";
import { OperationError } from "../exit";
import type { Invocation } from "../invocation";
import type { EnvironmentDescription, StackDescription } from "../model/description";
import { stacksFor } from "../model/select";
import { refuseParts } from "../model/names";
import { count } from "../output/table";
import type { Colours } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { diagnosticText } from "../terraform/events";
import { planInOrder } from "../terraform/habits/known-after";
import { initialise, runnerOf, runnersFor } from "../terraform/runners";
import { planAll } from "./deploy";
import { refuseForeignUse } from "./foreign";
import { changedAttributes, type PlanEntry } from "./plan-changes";
import { look } from "./reality";
import { planRepairs, type RepairPlan } from "./repair-plan";
import { withTerraform } from "./work";

const nothing: Pick<RepairPlan, "replace" | "notes"> = { replace: new Map(), notes: [] };

/**
 * Prints what `up` would do.
 *
 * @throws OperationError when Terraform cannot plan.
 */
export async function showPlan(opened: OpenEnvironment, { terminal, args }: Invocation): Promise<void> {
  const { environment, top, write } = opened;
  if (environment.target === "aws") refuseParts(environment, args, "plan");
  const stacks = stacksFor(environment, args, "plan");
  const engine = environment.target === "docker" ? await connectEngine() : undefined;
  const place = { top, environment: environment.name, engine: engine?.host };
  const { entries, notes, postponed } = await withTerraform(
    place,
    `datalab plan --env ${environment.name}`,
    terminal,
    async (terraform) => {
      await terraform.version(environment.target);
      let repairs = nothing;
      if (engine !== undefined) {
        const reality = await look(engine, environment, top);
        refuseForeignUse(environment, reality);
        repairs = planRepairs(environment, stacks, reality);
      }
      write();
      const runners = runnersFor(stacks, top, terraform);
      await initialise(runners.values());
      try {
        const { plans, later } =
          engine === undefined
            ? await planInOrder(stacks, runners)
            : { plans: await planAll(stacks, runners, repairs.replace), later: [] };
        const errors = [...plans].flatMap(([id, plan]) =>
          plan.errors.map((error) => `${id}: ${diagnosticText(error)}`),
        );
        if (errors.length > 0) throw new OperationError(errors.join("\n"));
        const shown = await Promise.all(
          stacks
            .filter(({ id }) => plans.get(id)?.needed)
            .map(async (stack) => entriesOf(stack, environment, await runnerOf(runners, stack.id).showPlan())),
        );
        const postponed = later.map(({ stack: { id }, after }) => ({
          stack: id,
          after,
          resources: runnerOf(runners, id).describedResources,
        }));
        return { entries: shown.flat(), notes: repairs.notes, postponed };
      } finally {
        for (const runner of runners.values()) runner.discardPlan();
      }
    },
  );
  if (terminal.json) {
    terminal.printJson({ environment: environment.name, repairs: notes, changes: entries, later: postponed });
  } else {
    terminal.print(planText(environment.name, { entries, notes, postponed }, terminal.colours));
  }
}

function entriesOf(stack: StackDescription, environment: EnvironmentDescription, shown: unknown): PlanEntry[] {
  return changedAttributes(shown).map((change) => {
    const container = environment.containers.find((one) => one.stack === stack.id && one.address === change.address);
    return { stack: stack.id, component: container?.component ?? null, ...change };
  });
}

/** A stack that cannot be planned before others exist. */
export interface PostponedStack {
  readonly stack: string;
  /** The stacks whose outputs it reads. */
  readonly after: readonly string[];
  /** How many resources it describes. */
  readonly resources: number;
}

/** The plan for a person. */
export function planText(
  environment: string,
  {
    entries,
    notes,
    postponed,
  }: {
    readonly entries: readonly PlanEntry[];
    readonly notes: readonly string[];
    readonly postponed: readonly PostponedStack[];
  },
  { green, yellow, red, bold }: Colours,
): string {
  if (entries.length + notes.length + postponed.length === 0) return `Environment ${environment}: nothing to change`;
  const marks: Readonly<Record<PlanEntry["action"], string>> = {
    create: green("+"),
    update: yellow("~"),
    replace: yellow("±"),
    delete: red("-"),
  };
  const stacks = [...new Set(entries.map(({ stack }) => stack))];
  return [
    `Environment ${environment}: ${count(entries.length, "change")}`,
    ...notes.map((note) => `  repair: ${note}`),
    ...stacks.flatMap((stack) => [
      bold(stack),
      ...entries
        .filter((entry) => entry.stack === stack)
        .map(
          ({ action, address, because }) =>
            `  ${marks[action]} ${action} ${address}${because.length > 0 ? ` (${because.join(", ")})` : ""}`,
        ),
    ]),
    ...postponed.map(
      ({ stack, after, resources }) =>
        `${bold(stack)}: planned after ${after.join(" and ")} ${after.length === 1 ? "exists" : "exist"}; it describes ${count(resources, "resource")}`,
    ),
    "",
    `Carry it out: ./datalab up --env ${environment}`,
  ].join("\n");
}
