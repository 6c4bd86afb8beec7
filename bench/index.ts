import { projectFolder } from "../constructs/core/project";
import { deploymentFigures } from "./deployment";
import { type Figure, report } from "./figure";
import { scaleFigures } from "./scale";
import { synthesisFigures } from "./synthesis";

const top = projectFolder();

/** What can be measured by itself: `npm run bench scale`. */
const parts: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  synthesis: () => synthesisFigures(top),
  scale: () => scaleFigures(),
  deployment: () => deploymentFigures(top),
};

/** Measures everything that has a bound, or the parts that are named. Exit code 1 when a bound is not kept, 2 for an unknown part. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    process.stderr.write(
      `There is no part "${unknown}" of the benchmarks; there are: ${Object.keys(parts).join(", ")}.\n`,
    );
    return 2;
  }
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (names.length === 0 || names.includes(name)) figures.push(...(await measure()));
  }
  return report(figures) ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
