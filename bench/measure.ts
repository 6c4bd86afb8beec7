import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Measured {
  /** Median of the whole process's wall time, in seconds. */
  readonly seconds: number;
  /** Median of its peak memory, in MB (Node processes only, else NaN). */
  readonly megabytes: number;
}

export interface Command {
  readonly words: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs commands in turn, several times, after one uncounted turn, so that a machine whose speed drifts is fair to all.
 *
 * @throws Error with its output when one fails.
 */
export function measureInTurn<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
  turns: number,
): Record<Name, Measured> {
  const runs = new Map<Name, Measured[]>();
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [name, command] of Object.entries(commands) as [Name, Command][]) {
      const run = once(command);
      if (turn > 0) runs.set(name, [...(runs.get(name) ?? []), run]);
    }
  }
  return Object.fromEntries(
    [...runs].map(([name, list]) => [
      name,
      {
        seconds: median(list.map(({ seconds }) => seconds)),
        megabytes: median(list.map(({ megabytes }) => megabytes)),
      },
    ]),
  ) as Record<Name, Measured>;
}

function once({ words: [program, ...args], cwd, env }: Command): Measured {
  const folder = mkdtempSync(join(tmpdir(), "datalab-bench-"));
  const file = join(folder, "rss");
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env, BENCH_RSS_FILE: file, NODE_OPTIONS: `--require ${join(__dirname, "rss.cjs")}` },
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${String(error ?? status)}\n${stdout}${stderr}`);
  const megabytes = readMegabytes(file);
  rmSync(folder, { recursive: true });
  return { seconds, megabytes };
}

function readMegabytes(file: string): number {
  try {
    return (Number(readFileSync(file, "utf8")) * 1024) / 1e6;
  } catch {
    return NaN; // No Node process wrote it.
  }
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}
