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

/** The health check of a container, with every field set so that nothing is inherited from the image. */
export function healthcheck(check: HealthCheck, lowering: Lowering): ContainerHealthcheck {
  const timing = healthTiming(check);
  return {
    test: healthProbe(check, lowering).map(literal),
    interval: goDuration(timing.intervalSeconds - providerHeadStart),
    timeout: goDuration(timing.timeoutSeconds),
    retries: timing.retries,
    startPeriod: goDuration(timing.startSeconds),
  };
}

/** Seconds after which a start has failed: the start itself, then the failures that prove it. */
export function waitSeconds(check: HealthCheck): number {
  const timing = healthTiming(check);
  return timing.startSeconds + timing.retries * (timing.intervalSeconds + timing.timeoutSeconds);
}
