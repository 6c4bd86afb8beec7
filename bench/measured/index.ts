import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { engine } from "../../__tests__/integration/support/engine";
import { openPlatform } from "../../cli/model/platform";
import { projectFolder } from "../../constructs/core/project";
import { measureContainers } from "./containers";
import { imageSizes } from "./images";
import { measuredPage } from "./page";

const usage =
  "npm run measure -- [--env NAME] [--restart]   (--restart: starts each container again, for the start times)\n";

/** Measures a running environment and writes docs/measured.md. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { env: { type: "string", default: "dev" }, restart: { type: "boolean", default: false } },
  });
  const { environment } = openPlatform(values.env);
  const measured = await measureContainers(environment.containers, values.restart);
  const images = await imageSizes(environment.stacks.flatMap(({ builds }) => builds));
  const { NCPU, MemTotal, ServerVersion } = (await engine.info()) as {
    NCPU: number;
    MemTotal: number;
    ServerVersion: string;
  };
  const machine = { cores: NCPU, memoryGiB: Math.round(MemTotal / 1024 ** 3), engine: ServerVersion };
  writeFileSync(join(projectFolder(), "docs/measured.md"), measuredPage(environment, machine, measured, images));
  process.stdout.write("docs/measured.md written.\n");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 1;
});
