import { hasComponent } from "../config/components";
import { Alertmanager } from "../constructs/components/alertmanager/alertmanager";
import { Alloy } from "../constructs/components/alloy/alloy";
import { BlackboxExporter } from "../constructs/components/blackbox-exporter/blackbox-exporter";
import { Cadvisor } from "../constructs/components/cadvisor/cadvisor";
import { Grafana } from "../constructs/components/grafana/grafana";
import type { LogSource } from "../constructs/components/grafana/log-source";
import { sourceUids } from "../constructs/components/grafana/provisioning";
import { Loki } from "../constructs/components/loki/loki";
import { NodeExporter } from "../constructs/components/node-exporter/node-exporter";
import { Prometheus } from "../constructs/components/prometheus/prometheus";
import type { GroupStack } from "../constructs/core/group-stack";
import type { ContainerEngine, CoreRoles } from "../constructs/core/roles";

/** What watches all the others. */
export function buildMonitoring(stack: GroupStack, roles: CoreRoles): void {
  const { config } = stack.environment;
  const alertmanager = hasComponent(config, "alertmanager") ? new Alertmanager(stack, config.alerts) : undefined;
  const prober = hasComponent(config, "blackbox-exporter") ? new BlackboxExporter(stack).web : undefined;
  const loki = roles.engine ? buildOnEngine(stack, roles, roles.engine) : undefined;
  if (!hasComponent(config, "prometheus")) return;
  const prometheus = new Prometheus(stack, {
    registry: roles.registry,
    settings: config.monitoring,
    ...(alertmanager ? { alertmanager } : {}),
    ...(prober ? { prober } : {}),
  });
  if (!hasComponent(config, "grafana")) return;
  new Grafana(stack, { prometheus, alertmanager, loki: loki?.http, logs: logSource(loki, roles) });
}

function logSource(loki: Loki | undefined, { cloudLogs }: CoreRoles): LogSource | undefined {
  if (loki) return { kind: "loki", uid: sourceUids.loki };
  return cloudLogs && { kind: "cloudwatch", uid: sourceUids.cloudwatch, cloud: cloudLogs };
}

/** What looks at the engine and its machine; a target without them does so by means of its own. */
function buildOnEngine(stack: GroupStack, roles: CoreRoles, engine: ContainerEngine): Loki | undefined {
  const { config } = stack.environment;
  if (hasComponent(config, "node-exporter")) new NodeExporter(stack);
  if (hasComponent(config, "cadvisor")) new Cadvisor(stack, { engine });
  if (!hasComponent(config, "loki") || !("loki" in config)) return undefined;
  const loki = new Loki(stack, { objectStore: roles.objectStore, retentionDays: config.loki.retentionDays });
  if (hasComponent(config, "alloy")) new Alloy(stack, { engine, loki });
  return loki;
}
