import { healthProbe, healthTiming } from "../core/health-probe";
import type { Lowering } from "../core/launch";
import type { HealthCheck } from "../core/service-spec";
import { literal } from "../core/terraform-text";

/** What ECS allows: seconds, and failures in a row. */
const limits = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], start: 300 } as const;

/** The health check of a container in a task definition. */
export interface TaskHealth {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/**
 * A service's check within the limits of ECS. A start that takes longer than the longest grace period
 * gets the rest of its time by more, and more distant, attempts.
 */
export function taskHealth(check: HealthCheck, lowering: Lowering): TaskHealth {
  const timing = healthTiming(check);
  const rest = Math.max(0, timing.startSeconds - limits.start);
  // More failures in a row than ECS counts become fewer that lie further apart.
  const spread = Math.ceil((timing.retries * timing.intervalSeconds) / limits.retries[1]);
  const interval = clamp(
    Math.max(timing.intervalSeconds, spread, Math.ceil(rest / limits.retries[1])),
    limits.interval,
  );
  return {
    command: healthProbe(check, lowering).map(literal),
    interval,
    timeout: clamp(timing.timeoutSeconds, limits.timeout),
    retries: clamp(Math.max(timing.retries, Math.ceil(rest / interval)), limits.retries),
    startPeriod: Math.min(timing.startSeconds, limits.start),
  };
}

function clamp(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(Math.max(value, least), most);
}
