import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { useLocalMirror } from "./mirror";

useLocalMirror();

export interface Run {
  readonly status: number;
  readonly output: string;
}

/** Runs Terraform in a stack's folder; the folder is initialised when it is not yet. */
export function terraform(folder: string, ...args: string[]): Run {
  if (args[0] !== "init" && !existsSync(join(folder, ".terraform"))) {
    const init = terraform(folder, "init", "-no-color");
    if (init.status !== 0) throw new Error(init.output);
  }
  const { status, stdout, stderr } = spawnSync("terraform", args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
  });
  return { status: status ?? -1, output: stdout + stderr };
}

/**
 * Applies a stack.
 *
 * @throws Error with Terraform's words when it fails.
 */
export function apply(folder: string): string {
  const { status, output } = terraform(folder, "apply", "-auto-approve", "-no-color", "-parallelism=30");
  if (status !== 0) throw new Error(output);
  return output;
}

/** What a plan would change: the addresses and the actions, without what stays as it is. */
export function plannedChanges(folder: string): string[] {
  const { status, output } = terraform(folder, "plan", "-detailed-exitcode", "-no-color", "-json");
  if (status !== 0 && status !== 2) throw new Error(output);
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type: string; change?: { resource: { addr: string }; action: string } })
    .filter(({ type }) => type === "planned_change")
    .map(({ change }) => `${change?.action ?? ""} ${change?.resource.addr ?? ""}`);
}
