import { projectFolder } from "../constructs/core/project";
import { deploymentFigures } from "./deployment";
import { report } from "./figure";
import { scaleFigures } from "./scale";
import { synthesisFigures } from "./synthesis";

/** Measures everything that has a bound. Exit code 1 when a bound is not kept. */
async function main(): Promise<void> {
  const top = projectFolder();
  const figures = [...synthesisFigures(top), ...scaleFigures(), ...(await deploymentFigures(top))];
  process.exitCode = report(figures) ? 0 : 1;
}

void main();
