import { createHash, randomUUID } from "node:crypto";
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
  /** Makes the file of this lock unlike that of any other. */
  readonly id: string;
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
    const holder: LockHolder = {
      pid: process.pid,
      command,
      since: new Date().toISOString(),
      id: randomUUID(),
      children: [],
    };
    await acquire(file, holder, environment);
    return new EnvironmentLock(file, holder);
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

/**
 * Works on an environment while nobody else does.
 *
 * @param command what the message for somebody else calls it, without `datalab`
 * @throws PreflightError when somebody holds the lock; what the work throws.
 */
export async function whileLocked<T>(
  { top, environment: { name } }: { readonly top: string; readonly environment: { readonly name: string } },
  command: string,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await EnvironmentLock.take(top, name, `datalab ${command} --env ${name}`);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** The message for whoever comes second. */
export function heldText(environment: string, { pid, command, since }: LockHolder): string {
  return (
    `"${command}" (process ${pid}, since ${since}) is working on environment ${environment}. ` +
    "Wait for it, or end it with Ctrl-C where it runs; then try again."
  );
}

/**
 * Puts `holder` into a lock file. The file appears whole and only where there is none.
 *
 * That of a dead process may be replaced by one process alone, the one that holds the claim: a second lock file, named after
 * the content that is to be replaced. Whoever comes late to a claim finds that the content is another one by now.
 *
 * @throws PreflightError when a living process holds it, or is taking it over.
 */
async function acquire(file: string, holder: LockHolder, environment: string): Promise<void> {
  for (;;) {
    if (createPrivate(file, JSON.stringify(holder))) return;
    const stale = readIfThere(file);
    if (stale === undefined) continue;
    const other = parseHolder(stale);
    if (other !== undefined && isAlive(other.pid)) throw new PreflightError(heldText(environment, other));
    if (other !== undefined) await finishOrphans(other, environment);
    const claim = `${file}.${createHash("sha256").update(stale).digest("hex").slice(0, 16)}`;
    await acquire(claim, holder, environment);
    try {
      if (readIfThere(file) !== stale) continue;
      writePrivate(file, JSON.stringify(holder));
      return;
    } finally {
      rmSync(claim);
    }
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    // Released in the meantime.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined for what is no lock: an older version could be killed between making and filling its file. */
function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as LockHolder | null;
    return typeof holder?.pid === "number" ? holder : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
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
