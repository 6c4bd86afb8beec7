import { complain, type ConfigurationError } from "../core/errors";
import type { Service } from "../core/component-record";
import { desiredCount, scalingOf } from "./autoscaling";

/**
 * Refuses what a task on Fargate cannot do, before anything is rendered.
 *
 * @throws ConfigurationError with the reason.
 */
export function refuseImpossible(environment: string, service: Service): void {
  const { name, spec } = service;
  const refuse = (reason: string, remedy: string): ConfigurationError =>
    complain({ key: `${environment}.target`, given: "aws", allowed: `docker for ${name}, because ${reason}`, remedy });
  const several = desiredCount(spec) > 1 || scalingOf(spec) !== undefined;
  if (several && (spec.data ?? []).length > 0) {
    throw refuse("its replicas would write to one and the same volume", "Keep its data in a database or in buckets.");
  }
}
