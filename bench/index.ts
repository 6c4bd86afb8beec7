import { parseArgs } from "node:util";
import { projectFolder } from "../constructs/core/project";
import { deploymentFigures } from "./deployment";
import { type Figure, report } from "./figure";
import { fromNothingFigures, subjects } from "./from-nothing";
import { scaleFigures } from "./scale";
import { synthesisFigures } from "./synthesis";

const top = projectFolder();

/** What can be measured by itself: `npm run bench scale`, `npm run bench up-ml`; `turns` is for those that take long. */
const parts: Readonly<Record<string, (turns: number) => Figure[] | Promise<Figure[]>>> = {
  synthesis: () => synthesisFigures(top),
  scale: () => scaleFigures(),
  deployment: () => deploymentFigures(top),
  ...Object.fromEntries(
    Object.entries(subjects).map(([name, subject]) => [name, (turns) => fromNothingFigures(top, subject, turns)]),
  ),
};

/** Measures everything that has a bound, or the parts that are named. Exit code 1 when a bound is not kept, 2 for an unknown part. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals: names } = parseArgs({
    args: [...args],
    options: { turns: { type: "string", default: "3" } },
    allowPositionals: true,
  });
  const turns = Number(values.turns);
  if (!Number.isInteger(turns) || turns < 1) {
    process.stderr.write(`--turns is how often each is done, a whole number from 1 on, and not "${values.turns}".\n`);
    return 2;
  }
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    process.stderr.write(
      `There is no part "${unknown}" of the benchmarks; there are: ${Object.keys(parts).join(", ")}.\n`,
    );
    return 2;
  }
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (names.length === 0 || names.includes(name)) figures.push(...(await measure(turns)));
  }
  return report(figures) ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
