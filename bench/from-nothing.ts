import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { start } from "../__tests__/integration/support/datalab";
import { environmentName } from "../__tests__/integration/support/workspace";
import { type GroupName, groupNames } from "../config/components";
import { withEnvironment } from "./bench-workspace";
import { secondsByHand } from "./by-hand";
import { Compose } from "./compose";
import { dependenciesOf } from "./dependencies";
import { type Figure, ratio } from "./figure";
import { median } from "./measure";
import { recipesOf, removeRecipes } from "./recipe";

/** A group with what it stands on, or the whole platform, from nothing until all is healthy. */
export interface Subject {
  /** What `up` is given; nothing means everything. */
  readonly given: readonly GroupName[];
  readonly groups: readonly GroupName[];
}

/** By the names of the benchmarks' parts. */
export const subjects: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(
    groupNames.map((group) => [`up-${group}`, { given: [group], groups: [...new Set<GroupName>(["core", group])] }]),
  ),
  "up-all": { given: [], groups: groupNames },
};

/** What is aimed at; see docs/decisions/0033-time-from-nothing.md for why the bound is another. */
const goals = "the aim is 1.0 × of Compose and 1.15 × by hand";
const bound = 1.7;

/**
 * `up` from nothing, with images and secrets there, beside Docker Compose and beside the same containers by hand.
 *
 * @param turns how often each is done; the medians count
 */
export function fromNothingFigures(top: string, subject: Subject, turns: number): Promise<Figure[]> {
  return withEnvironment(() => figures(top, subject, turns));
}

async function figures(top: string, { given, groups }: Subject, turns: number): Promise<Figure[]> {
  await upSeconds(given);
  const dependencies = dependenciesOf(environmentName, groups);
  const recipes = await recipesOf(environmentName, Object.keys(dependencies));
  const program = findCompose(top);
  const compose = program && new Compose(program, recipes, dependencies);
  const unchanged: number[] = [];
  const fresh: number[] = [];
  const byHand: number[] = [];
  const composeFresh: number[] = [];
  const composeUnchanged: number[] = [];
  try {
    for (let turn = 0; turn < turns; turn += 1) {
      unchanged.push(await upSeconds(given));
      await destroy();
      if (compose) {
        await compose.down();
        composeFresh.push(await compose.up());
        composeUnchanged.push(await compose.up());
        await compose.down();
      }
      byHand.push(await secondsByHand(recipes, dependencies));
      fresh.push(await upSeconds(given));
    }
  } finally {
    await compose?.down();
    await destroy();
    await removeRecipes(recipes);
  }
  const name = `up of ${given.length === 0 ? "everything" : given.join(", ")}`;
  process.stderr.write(`${name}, ${recipes.size} containers; ${goals}\n`);
  return [
    ratio(`${name} from nothing to the same containers by hand`, median(fresh), median(byHand), bound),
    ...(compose
      ? [
          ratio(`${name} from nothing to Docker Compose`, median(fresh), median(composeFresh), bound),
          ratio(`${name}, nothing changed, to Docker Compose`, median(unchanged), median(composeUnchanged), 4),
        ]
      : []),
  ];
}

/** Seconds that `up` takes. It runs beside this program, whose connections to the engine would go stale while it is blocked. */
async function upSeconds(given: readonly GroupName[]): Promise<number> {
  const began = performance.now();
  const { exitCode, output } = await start("up", ...given).ended;
  if (exitCode !== 0) throw new Error(`up ${given.join(" ")}: exit code ${exitCode}\n${output}`);
  return (performance.now() - began) / 1000;
}

/** Where there is nothing, nothing is to be destroyed. */
async function destroy(): Promise<void> {
  await start("destroy", "--data", "--confirm", environmentName).ended;
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
