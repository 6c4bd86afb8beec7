import { connectEngine } from "../engine/connect";
import type { Engine } from "../engine/client";
import { waitHealthy } from "../engine/wait";
import { type ExitCode, OperationError } from "../exit";
import type { Invocation } from "../invocation";
import type { ContainerDescription, StackDescription } from "../model/description";
import { type ChosenStack, containersOf, namesOf, stacksFor } from "../model/select";
import { Progress } from "../output/progress";
import type { Terminal } from "../output/terminal";
import { pullImages } from "../preflight/images";
import { preflight, refuseProblems } from "../preflight/preflight";
import type { OpenEnvironment } from "../open-environment";
import type { Terraform } from "../terraform/program";
import { BuildLogs, rowName } from "../terraform/habits/build-logs";
import { isUsable } from "../terraform/habits/usable";
import { findContainers } from "../engine/ours";
import { announcePresence } from "../engine/registry";
import { initialise, runnersFor } from "../terraform/runners";
import type { StackPlan, TerraformStackRunner } from "../terraform/stack";
import { applyPlans, planAll } from "./deploy";
import { failureReport, type StackFailure } from "./failure";
import { Fingerprints } from "./fingerprint";
import { refuseForeignUse } from "./foreign";
import { adoptVolumes } from "./owners";
import { look } from "./reality";
import { repair } from "./repair";
import { planRepairs, type Reality, type RepairPlan } from "./repair-plan";
import { resultJson, resultText } from "./result";
import { Watch } from "./watch";
import { withTerraform } from "./work";

/** What `up` works on. */
interface Work extends OpenEnvironment {
  readonly engine: Engine;
  readonly terraform: Terraform;
  readonly terminal: Terminal;
  readonly stacks: readonly ChosenStack[];
  readonly containers: readonly ContainerDescription[];
}

/** Brings groups of a Docker environment up. */
export async function upDocker(opened: OpenEnvironment, invocation: Invocation): Promise<ExitCode> {
  const begin = Date.now();
  const { terminal, args, options } = invocation;
  const { environment, top } = opened;
  const stacks = stacksFor(environment, args, "up");
  const engine = await connectEngine();
  const changed = await withTerraform(
    { top, environment: environment.name, engine: engine.host },
    `datalab up --env ${environment.name}`,
    terminal,
    async (terraform) => {
      const work: Work = {
        ...opened,
        engine,
        terraform,
        terminal,
        stacks,
        containers: containersOf(environment, stacks),
      };
      await check(work, options["skipChecks"] === true);
      return deploy(work, { adopt: options["adopt"] === true, refresh: options["refresh"] === true });
    },
  );
  const seconds = (Date.now() - begin) / 1000;
  if (terminal.json) terminal.printJson(resultJson(environment, stacks, changed, seconds));
  else terminal.print(resultText(environment, stacks, changed, seconds, terminal.colours));
  return 0;
}

async function check({ engine, terraform, environment, stacks, terminal }: Work, skipCapacity: boolean): Promise<void> {
  const { findings, missing } = await preflight(engine, terraform, environment, stacks);
  refuseProblems(environment.name, findings, skipCapacity);
  for (const { level, text } of findings) {
    if (level !== "ok") terminal.note(`${level}: ${text}`);
    // Before gigabytes are fetched, whoever waits for them should see what they are to run in.
    else if (missing.pull.length > 0 && text.startsWith("memory:")) terminal.note(text);
  }
  await pullImages(engine, missing.pull, terminal);
}

/** @returns whether anything was changed */
async function deploy(work: Work, options: { readonly adopt: boolean; readonly refresh: boolean }): Promise<boolean> {
  const { engine, environment, stacks, terraform, terminal, top } = work;
  const reality = await look(engine, environment, top);
  if (options.adopt) adoptVolumes(top, environment.name, reality.volumes);
  else refuseForeignUse(environment, reality);
  work.write();
  const repairs = planRepairs(environment, stacks, reality);
  const fingerprints = new Fingerprints(engine, environment, top);
  // After a repair reality is another one, and what is to be replaced has to be planned.
  const unchanged =
    repairs.notes.length > 0 || options.refresh ? new Set() : await fingerprints.unchanged(stacks, reality);
  const open = stacks.filter(({ id }) => !unchanged.has(id));
  const runners = runnersFor(open, top, terraform);
  await initialise(runners.values());
  for (const note of repairs.notes) terminal.note(`repair: ${note}`);
  await repair(engine, environment, runners, repairs, terminal);

  const plans = await planAll(open, runners, repairs.replace, emptyStacks(open, reality, repairs));
  const needed = [...plans.values()].some((plan) => plan.needed || plan.errors.length > 0);
  for (const stack of open) {
    const plan = plans.get(stack.id);
    if (plan?.needed !== false || plan.errors.length > 0) continue;
    runners.get(stack.id)?.discardPlan();
    if (repairs.notes.length === 0) await fingerprints.remember(stack, reality);
  }
  if (needed || (await notHealthyNow(work)).length > 0) await carryOut(work, runners, plans);
  const changed = needed || repairs.notes.length > 0;
  if (changed) await announcePresence(work, await findContainers(engine, environment.name), terminal);
  return changed;
}

/** The stacks of which nothing exists; after a repair, states are not what they were when they were read. */
function emptyStacks(stacks: readonly StackDescription[], reality: Reality, repairs: RepairPlan): Set<string> {
  if (repairs.notes.length > 0) return new Set();
  return new Set(stacks.map(({ id }) => id).filter((id) => (reality.states.get(id) ?? []).length === 0));
}

async function notHealthyNow({ engine, environment, containers }: Work): Promise<ContainerDescription[]> {
  const services = containers.filter(({ kind }) => kind === "service");
  return waitHealthy(
    engine,
    environment.name,
    services.map((container) => ({ ...container, waitSeconds: 0 })),
  );
}

/** Applies, then waits until all is healthy. */
async function carryOut(
  work: Work,
  runners: ReadonlyMap<string, TerraformStackRunner>,
  plans: ReadonlyMap<string, StackPlan>,
): Promise<void> {
  const { engine, environment, stacks, containers, terminal, top } = work;
  const services = containers.filter(({ kind }) => kind === "service");
  const builds = stacks.filter(({ id }) => plans.get(id)?.needed).flatMap((stack) => stack.builds);
  const rows = [...builds.map(rowName), ...new Set(services.map(({ component }) => component))];
  terminal.note(`Bringing up ${namesOf(environment, stacks).join(", ")} of environment ${environment.name}`);
  const progress = new Progress(terminal, rows);
  const watch = new Watch(engine, environment, containers, progress);
  const logs = new BuildLogs(top, builds, progress);
  let failures: StackFailure[];
  let unhealthy: ContainerDescription[];
  try {
    failures = await applyPlans(stacks, runners, plans, {
      isUsable: (stack, applied) => isUsable(engine, stack, plans.get(stack.id), applied),
      onResource: (_stack, event) => {
        watch.onResource(event);
        const build = builds.find(({ address }) => address === event.address);
        // An image is deleted from the state first, which is no build.
        if (!build || event.action !== "create") return;
        if (event.kind === "done") progress.set(rowName(build), "good", "built");
        if (event.kind === "failed") progress.set(rowName(build), "bad", "failed");
      },
    });
    unhealthy = await settle(work, failures, watch);
  } finally {
    logs.end();
    await watch.end();
    progress.end();
  }
  if (failures.length === 0 && unhealthy.length === 0) return;
  const report = await failureReport(engine, environment, failures, unhealthy);
  const tails = failures.some(({ stack }) => stacks.some(({ id, kind }) => id === stack && kind === "images"))
    ? logs.tails()
    : "";
  throw new OperationError(
    [`Environment ${environment.name} is not up. What is healthy stays up.`, report, tails]
      .filter((text) => text !== "")
      .join("\n\n"),
  );
}

/** Waits for what Terraform does not wait for: containers that were started and not made. */
async function settle(
  { engine, environment, containers, terraform }: Work,
  failures: readonly StackFailure[],
  watch: Watch,
): Promise<ContainerDescription[]> {
  // What belongs to a failed stack is told by its failure; what was never begun cannot get healthy.
  if (failures.length > 0 || terraform.wasInterrupted) return [];
  const services = containers.filter(({ kind }) => kind === "service");
  let last: Promise<void> = Promise.resolve();
  const unhealthy = await waitHealthy(engine, environment.name, services, (found) => {
    last = watch.show(found);
  });
  await last;
  return unhealthy;
}
