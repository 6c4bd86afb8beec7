import type { ContainerHealthcheck } from "@cdktf/provider-docker/lib/container";
import { healthProbe, healthTiming } from "../core/health-probe";
import type { Lowering } from "../core/launch";
import type { HealthCheck } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { goDuration } from "./durations";

/**
 * Seconds by which probes come before the whole second. While it waits, the provider looks once a second, counted
 * from the container's start: a probe that ends just after a look costs a whole second at every step of a chain.
 */
const providerHeadStart = 0.2;

/**
 * Seconds that a probe of a container waits once its start is over. A probe costs the engine 76 ms of processor time,
 * so that 45 containers with one every two seconds would keep a machine with two cores busy while nothing happens.
 */
const pauseSeconds = 15;

/** Clock ticks in a second, as /proc counts them on every machine. */
const ticks = 100;

/**
 * Lets a probe wait when nobody waits for the container any more. The engine has an interval of its own for the start
 * from version 25 on only. When process 1 began is field 22 of its `stat`; the name before it may hold spaces.
 */
function pauseAfter(seconds: number): string {
  const isYoung = `young() { shift 19; [ $((\${up%%.*} - $1 / ${ticks})) -lt ${seconds} ]; }`;
  const read = "read -r up _ </proc/uptime && read -r stat </proc/1/stat";
  return `${isYoung}; { ${read} && young \${stat##*) }; } || sleep ${pauseSeconds}`;
}

/** The probe behind its pause. An image without a shell cannot wait, so that its check states a longer interval. */
function paused(probe: readonly string[], check: HealthCheck): string[] {
  const [kind = "", ...words] = probe;
  if ("exec" in check) return [...probe];
  const pause = pauseAfter(waitSeconds(check));
  if (kind === "CMD-SHELL") return [kind, `${pause}\n${words.join(" ")}`];
  return [kind, "sh", "-c", `${pause}; exec "$@"`, "probe", ...words];
}

/** The health check of a container, with every field set so that nothing is inherited from the image. */
export function healthcheck(check: HealthCheck, lowering: Lowering): ContainerHealthcheck {
  const timing = healthTiming(check);
  return {
    test: paused(healthProbe(check, lowering), check).map(literal),
    interval: goDuration(timing.intervalSeconds - providerHeadStart),
    timeout: goDuration(timing.timeoutSeconds + ("exec" in check ? 0 : pauseSeconds)),
    retries: timing.retries,
    startPeriod: goDuration(timing.startSeconds),
  };
}

/** Seconds after which a start has failed: the start itself, then the failures that prove it. */
export function waitSeconds(check: HealthCheck): number {
  const timing = healthTiming(check);
  return timing.startSeconds + timing.retries * (timing.intervalSeconds + timing.timeoutSeconds);
}
