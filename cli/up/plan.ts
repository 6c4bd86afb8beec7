import { connectEngine } from "../engine/connect";
import { OperationError } from "../exit";
import type { Invocation } from "../invocation";
import type { EnvironmentDescription, StackDescription } from "../model/description";
import { stacksFor } from "../model/select";
import { count } from "../output/table";
import type { Colours } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import { diagnosticText } from "../terraform/events";
import { initialise, runnersFor } from "../terraform/runners";
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
  const stacks = stacksFor(environment, args);
  const engine = environment.target === "docker" ? await connectEngine() : undefined;
  const place = { top, environment: environment.name, engine: engine?.host };
  const { entries, notes } = await withTerraform(
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
      const plans = await planAll(stacks, runners, repairs.replace);
      const errors = [...plans].flatMap(([id, plan]) => plan.errors.map((error) => `${id}: ${diagnosticText(error)}`));
      if (errors.length > 0) throw new OperationError(errors.join("\n"));
      const shown = await Promise.all(
        stacks
          .filter(({ id }) => plans.get(id)?.needed)
          .map(async (stack) => entriesOf(stack, environment, await runners.get(stack.id)?.showPlan())),
      );
      for (const runner of runners.values()) runner.discardPlan();
      return { entries: shown.flat(), notes: repairs.notes };
    },
  );
  if (terminal.json) terminal.printJson({ environment: environment.name, repairs: notes, changes: entries });
  else terminal.print(planText(environment.name, entries, notes, terminal.colours));
}

function entriesOf(stack: StackDescription, environment: EnvironmentDescription, shown: unknown): PlanEntry[] {
  return changedAttributes(shown).map((change) => {
    const container = environment.containers.find(
      (one) => one.stack === stack.id && `docker_container.${one.id}` === change.address,
    );
    return { stack: stack.id, component: container?.component ?? null, ...change };
  });
}

/** The plan for a person. */
export function planText(
  environment: string,
  entries: readonly PlanEntry[],
  notes: readonly string[],
  { green, yellow, red, bold }: Colours,
): string {
  if (entries.length + notes.length === 0) return `Environment ${environment}: nothing to change`;
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
    "",
    `Carry it out: ./datalab up --env ${environment}`,
  ].join("\n");
}
