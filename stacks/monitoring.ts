import { hasComponent } from "../config/components";
import { Prometheus } from "../constructs/components/prometheus/prometheus";
import type { GroupStack } from "../constructs/core/group-stack";

/** What watches all the others. */
export function buildMonitoring(stack: GroupStack): void {
  if (hasComponent(stack.environment.config, "prometheus")) new Prometheus(stack);
}
