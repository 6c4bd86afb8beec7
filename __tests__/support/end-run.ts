import { rmSync } from "node:fs";
import { folderOfRun } from "./run-folder";

export default function endRun(): void {
  rmSync(folderOfRun(), { recursive: true });
}
