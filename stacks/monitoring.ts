import { hasComponent } from "../config/components";
import { Alertmanager } from "../constructs/components/alertmanager/alertmanager";
import { BlackboxExporter } from "../constructs/components/blackbox-exporter/blackbox-exporter";
import { Prometheus } from "../constructs/components/prometheus/prometheus";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";

/** What watches all the others. */
export function buildMonitoring(stack: GroupStack, roles: CoreRoles): void {
  const { config } = stack.environment;
  const alertmanager = hasComponent(config, "alertmanager") ? new Alertmanager(stack, config.alerts) : undefined;
  const prober = hasComponent(config, "blackbox-exporter") ? new BlackboxExporter(stack).web : undefined;
  if (!hasComponent(config, "prometheus")) return;
  new Prometheus(stack, {
    registry: roles.registry,
    settings: config.monitoring,
    ...(alertmanager ? { alertmanager } : {}),
    ...(prober ? { prober } : {}),
  });
}
