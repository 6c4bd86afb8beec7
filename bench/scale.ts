import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, ratio } from "./figure";
import { median } from "./measure";
import { secondsFor } from "./synthetic";

const turns = 5;
const sizes = [75, 300, 1000] as const;

/** Whether synthesis and `describe` grow with the number of components and not faster: what one costs, compared over sizes. */
export function scaleFigures(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), "datalab-scale-"));
  const synthesis = new Map<number, number[]>(sizes.map((size) => [size, []]));
  const describing = new Map<number, number[]>(sizes.map((size) => [size, []]));
  // The first turn is not counted: it loads and compiles.
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const size of sizes) {
      const seconds = secondsFor(size, join(folder, String(size)));
      if (turn === 0) continue;
      synthesis.get(size)?.push(seconds.synthesis / size);
      describing.get(size)?.push(seconds.describing / size);
    }
  }
  rmSync(folder, { recursive: true });
  const [few, ...more] = sizes;
  // Per thousand components, so that the seconds that are printed have digits.
  const cost = (all: ReadonlyMap<number, number[]>, size: number): number => median(all.get(size) ?? []) * 1000;
  return more.flatMap((size) => [
    ratio(`synthesis of a component among ${size} to among ${few}`, cost(synthesis, size), cost(synthesis, few), 1.5),
    ratio(`describing a component among ${size} to among ${few}`, cost(describing, size), cost(describing, few), 2),
  ]);
}
