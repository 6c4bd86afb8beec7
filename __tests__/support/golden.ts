import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { printed } from "./for-review";

/**
 * Compares a synthesised stack with a file of its own, so that a review shows which stack changed.
 * `jest -u` writes the file; a missing one is written, except in CI.
 */
export function expectGolden(file: string, value: unknown): void {
  const text = `${printed(value)}\n`;
  const { snapshotState } = expect.getState() as unknown as {
    snapshotState: { _updateSnapshot: "all" | "new" | "none" };
  };
  const mode = snapshotState._updateSnapshot;
  if (mode === "all" || (mode === "new" && !existsSync(file))) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
