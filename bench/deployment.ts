import { spawn, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { reasonToSkip } from "../__tests__/integration/support/available";
import { datalab, stackFolder, succeed, workspace } from "../__tests__/integration/support/datalab";
import { removeEnvironment } from "../__tests__/integration/support/engine";
import { terraform } from "../__tests__/integration/support/terraform";
import { createWorkspace, environmentName } from "../__tests__/integration/support/workspace";
import { recipesOf, removeRecipes, secondsByHand } from "./by-hand";
import { dependenciesOf } from "./dependencies";
import { Compose } from "./compose";
import { type Figure, ratio } from "./figure";
import { measureInTurn, median } from "./measure";

const turns = 3;

/** The core group: from nothing and without changes, against its own parts and against Docker Compose. */
export async function deploymentFigures(top: string): Promise<Figure[]> {
  const reason = reasonToSkip();
  if (reason !== undefined) {
    process.stderr.write(`The figures of a deployment are left out: ${reason}\n`);
    return [];
  }
  const workspace = createWorkspace();
  process.env["DATALAB_WORKSPACE"] = workspace;
  await removeEnvironment(environmentName);
  try {
    return await figures(top);
  } finally {
    await removeEnvironment(environmentName);
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function figures(top: string): Promise<Figure[]> {
  succeed("up", "core");
  const core = stackFolder("core");
  const dependencies = dependenciesOf(core);
  const recipes = await recipesOf(environmentName, Object.keys(dependencies));
  const composeProgram = findCompose(top);
  const compose = composeProgram && new Compose(composeProgram, recipes, dependencies);

  const unchanged: number[] = [];
  const plans: number[] = [];
  const statuses: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    unchanged.push(seconds(() => succeed("up", "core")));
    plans.push(Math.max(...["foundation", "core"].map((part) => seconds(() => terraform(stackFolder(part), "plan")))));
    statuses.push(seconds(() => succeed("status", "--json")));
  }
  const short = { quiet: shortCommands(top), busy: whileBusy(() => shortCommands(top)) };

  const fresh: number[] = [];
  const byHand: number[] = [];
  const composeFresh: number[] = [];
  const composeUnchanged: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    // From nothing: without containers, network and volumes; images and secrets are there.
    datalab("destroy", "--data", "--confirm", environmentName);
    fresh.push(seconds(() => succeed("up", "core")));
    datalab("destroy", "--data", "--confirm", environmentName);
    byHand.push(await secondsByHand(recipes, dependencies));
    if (!compose) continue;
    compose.down();
    composeFresh.push(compose.up());
    composeUnchanged.push(compose.up());
    compose.down();
  }
  await removeRecipes(recipes);

  const slowestPlan = median(plans);
  return [
    ratio("up of core, nothing changed, to the slowest plan", median(unchanged), slowestPlan, 3),
    { name: "status --json", value: median(statuses), bound: 1, unit: "s", detail: "whole command" },
    ...Object.entries(short).flatMap(([load, { cdktf, status, up }]) => [
      ratio(`status --json to loading cdktf, ${load} machine`, status.seconds, cdktf.seconds, 1),
      ratio(`up of core, nothing changed, to loading cdktf, ${load} machine`, up.seconds, cdktf.seconds, 2),
    ]),
    ratio("up of core from nothing to the same containers by hand", median(fresh), median(byHand), 1.7),
    ...(compose
      ? [
          ratio("up of core from nothing to Docker Compose", median(fresh), median(composeFresh), 1.7),
          ratio("up of core, nothing changed, to Docker Compose", median(unchanged), median(composeUnchanged), 4),
        ]
      : []),
  ];
}

/** What a person does most, beside the time that loading cdktf alone takes. */
function shortCommands(top: string): ReturnType<typeof measureInTurn<"cdktf" | "status" | "up">> {
  const ours = { cwd: workspace(), env: { DATALAB_ENV: environmentName } };
  return measureInTurn(
    {
      cdktf: { words: ["node", "-e", 'require("cdktf")'], cwd: top },
      status: { words: ["./datalab", "status", "--json"], ...ours },
      up: { words: ["./datalab", "up", "core"], ...ours },
    },
    5,
  );
}

/** Does work while every core has other work. */
function whileBusy<T>(work: () => T): T {
  const others = Array.from({ length: availableParallelism() }, () => spawn("node", ["-e", "for (;;) {}"]));
  try {
    return work();
  } finally {
    for (const other of others) other.kill("SIGKILL");
  }
}

function seconds(work: () => unknown): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

/** Docker Compose as a plug-in, or the program named by DATALAB_BENCH_COMPOSE. */
function findCompose(top: string): readonly [string, ...string[]] | undefined {
  const named = process.env["DATALAB_BENCH_COMPOSE"];
  if (named !== undefined && existsSync(join(top, named))) return [join(top, named)];
  if (named !== undefined && existsSync(named)) return [named];
  if (spawnSync("docker", ["compose", "version"]).status === 0) return ["docker", "compose"];
  process.stderr.write(
    "Figures against Docker Compose are left out: there is neither the plug-in nor DATALAB_BENCH_COMPOSE.\n",
  );
  return undefined;
}
