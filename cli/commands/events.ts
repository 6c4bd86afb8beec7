import type { EngineEvent } from "../engine/types";
import { environmentLabel } from "../engine/ours";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import { membersOf } from "../model/members";
import { openOnEngine } from "../open-environment";
import type { Colours } from "../output/terminal";

/** One event as `events --json` prints it, on one line. */
export interface EventEntry {
  /** ISO 8601, in UTC. */
  readonly time: string;
  readonly group: string;
  readonly component: string;
  readonly container: string;
  readonly event: "started" | "ended" | "out of memory" | "healthy" | "unhealthy" | "removed";
  /** For `ended`, otherwise null. */
  readonly exitCode: number | null;
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `datalab events [names…]`: what happened to containers; all where none is named. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, args, terminal } = invocation;
  const now = new Date();
  const since = momentOf(String(options["since"]), now);
  const { environment, engine } = await openOnEngine(invocation, "events");
  const meant = membersOf(environment, args);
  const until = options["follow"] === true ? undefined : now;
  for await (const event of engine.events(environmentLabel(environment.name), since, until)) {
    const entry = entryOf(event);
    if (entry === undefined || !meant.has(entry.component)) continue;
    if (terminal.json) process.stdout.write(`${JSON.stringify(entry)}\n`);
    else terminal.print(lineOf(entry, terminal.colours));
  }
  return 0;
}

/**
 * The moment that `--since` means: a length of time before now, or a time.
 *
 * @throws PreflightError when it is neither.
 */
export function momentOf(text: string, now: Date): Date {
  const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (seconds[unit] ?? 1) * 1000);
  const moment = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(moment.getTime())) return moment;
  throw new PreflightError(
    `--since: given "${text}"; allowed: a number with s, m, h or d behind it, such as 30m, or a time such as 2026-01-31T12:00:00Z`,
  );
}

/** The event for a person; undefined for what concerns nobody, such as each run of a health check. */
export function entryOf({ Type, Action, Actor: { Attributes: labels }, time }: EngineEvent): EventEntry | undefined {
  const event = Type === "container" ? eventOf(Action) : undefined;
  if (event === undefined) return undefined;
  return {
    time: new Date(time * 1000).toISOString(),
    group: labels["datalab.group"] ?? "",
    component: labels["datalab.component"] ?? "",
    container: labels["name"] ?? "",
    event,
    exitCode: event === "ended" && labels["exitCode"] !== undefined ? Number(labels["exitCode"]) : null,
  };
}

function eventOf(action: string): EventEntry["event"] | undefined {
  switch (action) {
    case "start":
      return "started";
    case "die":
      return "ended";
    case "oom":
      return "out of memory";
    case "health_status: healthy":
      return "healthy";
    case "health_status: unhealthy":
      return "unhealthy";
    case "destroy":
      return "removed";
    default:
      return undefined;
  }
}

function lineOf({ time, container, event, exitCode }: EventEntry, { green, red, dim }: Colours): string {
  const isBad = event === "unhealthy" || event === "out of memory" || (event === "ended" && exitCode !== 0);
  const text = event === "ended" && exitCode !== null ? `ended with exit code ${exitCode}` : event;
  return `${dim(time.replace(".000Z", "Z"))}  ${container}  ${isBad ? red(text) : event === "healthy" ? green(text) : text}`;
}
