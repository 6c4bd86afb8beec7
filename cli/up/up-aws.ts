import { type ExitCode, OperationError } from "../exit";
import type { Invocation } from "../invocation";
import { refuseParts } from "../model/names";
import { groupsOf, stacksFor } from "../model/select";
import { count } from "../output/table";
import type { OpenEnvironment } from "../open-environment";
import { type Diagnostic, diagnosticText } from "../terraform/events";
import { inOrder } from "../terraform/order";
import { runnerOf } from "../terraform/runners";
import { withAwsRunners } from "./aws-runners";
import type { StackFailure } from "./failure";
import { resultJson, resultText } from "./result";

/**
 * Brings groups of an AWS environment up. Its stacks read each other's outputs, so each is planned
 * when those before it are applied.
 */
export async function upAws(opened: OpenEnvironment, { terminal, args }: Invocation): Promise<ExitCode> {
  const begin = Date.now();
  const { environment } = opened;
  refuseParts(environment, args, "up");
  const stacks = stacksFor(environment, args);
  const command = `datalab up --env ${environment.name}`;
  const changed = await withAwsRunners(opened, stacks, command, terminal, async (runners) => {
    const failures: StackFailure[] = [];
    let changes = 0;
    await inOrder(stacks, async ({ id }) => {
      const runner = runnerOf(runners, id);
      const plan = await runner.plan();
      if (plan.errors.length > 0) failures.push({ stack: id, errors: plan.errors });
      if (!plan.needed) {
        runner.discardPlan();
        return plan.errors.length === 0;
      }
      terminal.note(`${id}: ${count(plan.changes.length, "change")}`);
      changes += plan.changes.length;
      const result = await runner.apply(plan, ({ kind, action, address }) => {
        if (kind === "done") terminal.note(`  ${action} ${address}`);
      });
      if (!result.ok) failures.push({ stack: id, errors: result.errors });
      return result.ok;
    });
    if (failures.length > 0) throw new OperationError(failureText(environment.name, failures));
    return changes > 0;
  });
  const seconds = (Date.now() - begin) / 1000;
  if (terminal.json) terminal.printJson(resultJson(environment, stacks, changed, seconds));
  else terminal.print(resultText(environment, stacks, changed, seconds, terminal.colours));
  terminal.note(
    `Stacks: ${groupsOf(stacks).join(", ")}. Services get healthy in ECS within minutes; its console shows their events.`,
  );
  return 0;
}

function failureText(environment: string, failures: readonly StackFailure[]): string {
  return [
    `Environment ${environment} is not up. What was made is kept.`,
    ...failures.flatMap(({ stack, errors }) =>
      errors.flatMap((error) => [
        `  ${stack}${error.address === undefined ? "" : `, ${error.address}`}: ${diagnosticText(error)}`,
        ...adviceFor(stack, error),
      ]),
    ),
    `Fix the cause; ./datalab up --env ${environment} continues from here.`,
  ].join("\n");
}

/** Secrets Manager keeps a deleted secret, and with it its name, for some days. */
function adviceFor(stack: string, { summary, detail, address }: Diagnostic): string[] {
  if (!`${summary} ${detail}`.includes("scheduled for deletion")) return [];
  const name = /\(([^()\s]+\/[^()\s]+)\)/.exec(`${summary} ${detail}`)?.[1] ?? "NAME";
  return [
    `    restore it: aws secretsmanager restore-secret --secret-id ${name}`,
    `    then: terraform -chdir=cdktf.out/stacks/${stack} import ${address ?? "ADDRESS"} ARN (as the first command prints it)`,
  ];
}
