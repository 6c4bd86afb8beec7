import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PreflightError } from "../exit";
import { createPrivate, privateFolder, writePrivate } from "../files";

/** Who works on an environment. */
export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** ISO time. */
  readonly since: string;
  /** Process ids of the Terraforms that run for it. */
  readonly children: readonly number[];
}

const orphanPatienceSeconds = 120;

/** Keeps two commands from working on one environment at the same time. */
export class EnvironmentLock {
  private constructor(
    private readonly file: string,
    private holder: LockHolder,
  ) {}

  /**
   * Takes the lock. That of a process which is gone is taken over, after its Terraform has finished.
   *
   * @throws PreflightError when somebody holds it.
   */
  static async take(top: string, environment: string, command: string): Promise<EnvironmentLock> {
    const file = join(privateFolder(top, "locks"), `${environment}.json`);
    const holder: LockHolder = { pid: process.pid, command, since: new Date().toISOString(), children: [] };
    for (;;) {
      if (createPrivate(file, JSON.stringify(holder))) return new EnvironmentLock(file, holder);
      const other = readHolder(file);
      if (other !== undefined && isAlive(other.pid)) throw new PreflightError(heldText(environment, other));
      if (other !== undefined) await finishOrphans(other, environment);
      rmSync(file, { force: true });
    }
  }

  /** Notes the Terraforms that run, so that a later command finds them when this one is killed. */
  noteChildren(children: readonly number[]): void {
    this.holder = { ...this.holder, children };
    if (existsSync(this.file)) writePrivate(this.file, JSON.stringify(this.holder));
  }

  release(): void {
    rmSync(this.file, { force: true });
  }
}

/** The message for whoever comes second. */
export function heldText(environment: string, { pid, command, since }: LockHolder): string {
  return (
    `"${command}" (process ${pid}, since ${since}) is working on environment ${environment}. ` +
    "Wait for it, or end it with Ctrl-C where it runs; then try again."
  );
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockHolder;
  } catch (error) {
    // Released in the meantime, or its writer was killed between making and filling it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A Terraform whose parent was killed goes on: let it write its state rather than run into its lock. */
async function finishOrphans({ children }: LockHolder, environment: string): Promise<void> {
  const orphans = children.filter((pid) => isAlive(pid) && isTerraform(pid));
  for (const pid of orphans) process.kill(pid, "SIGINT");
  for (let waited = 0; orphans.some(isAlive); waited += 1) {
    if (waited >= orphanPatienceSeconds) {
      throw new PreflightError(
        `A Terraform of an earlier, killed command still works on environment ${environment} (process ${orphans.join(", ")}). ` +
          "Wait until it ends, then try again.",
      );
    }
    await sleep(1000);
  }
}

function isTerraform(pid: number): boolean {
  const file = `/proc/${pid}/comm`;
  // Without /proc there is no way to tell; the number may belong to something else by now.
  return existsSync(file) && /terraform|tofu/.test(readFileSync(file, "utf8"));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
