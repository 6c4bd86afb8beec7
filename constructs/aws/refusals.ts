import type { Service } from "../core/component-record";
import { refuse } from "../core/refusal";
import { desiredCount, scalingOf } from "./autoscaling";

/** Most target groups that ECS attaches to a service. */
const mostPages = 5;

/**
 * Refuses what a task on Fargate cannot do, before anything is rendered.
 *
 * @param pages how many of the service's endpoints the load balancer carries
 * @throws ConfigurationError with component, field and reason.
 */
export function refuseImpossible(environment: string, { component, name, spec }: Service, pages: number): void {
  const refusal = (field: string, reason: string, remedy: string): Error =>
    refuse({ environment, component: component.name, field: `${name}.${field}`, reason: `on AWS ${reason}`, remedy });
  const several = desiredCount(spec) > 1 || scalingOf(spec) !== undefined;
  if (several && (spec.data ?? []).length > 0) {
    throw refusal(
      "data",
      "its replicas would write to one and the same volume",
      "Keep its data in a database or in buckets.",
    );
  }
  if (several && spec.singleton) {
    throw refusal("singleton", "it would run several times", "Leave out `replicas`, or `singleton`.");
  }
  if (pages > mostPages) {
    throw refusal(
      "endpoints",
      `the load balancer carries at most ${mostPages} pages of a service, and these are ${pages}`,
      "Let operators reach fewer of them.",
    );
  }
}
