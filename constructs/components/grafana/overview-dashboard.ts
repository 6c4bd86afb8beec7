import type { Dashboard, DashboardItem } from "../../core/dashboard";
import { memoryOfLimit, restarts } from "../cadvisor/container-observability";
import { nodeDashboard } from "../node-exporter/node-observability";

/**
 * The first page: what is down, what fires, and where room runs out.
 *
 * @param components names of those that the environment has
 */
export function overviewDashboard(environment: string, components: ReadonlySet<string>): Dashboard {
  const resources: DashboardItem[] = [
    ...(components.has("cadvisor") ? containers(environment) : []),
    ...(components.has("node-exporter") ? nodeDashboard().panels.slice(0, 3) : []),
  ];
  return {
    title: "Platform",
    description: `What runs in ${environment}, what fires, and where room runs out.`,
    panels: [
      { row: "Health" },
      {
        title: "Components",
        description: "A component is down when one of its services or pages does not answer.",
        kind: "number",
        // For a page, "up" says that the prober answered.
        queries: [
          { expr: 'min by (group, component) (up{job!="probe"} or probe_success)', legend: "{{group}} {{component}}" },
        ],
        unit: "up",
      },
      {
        title: "Firing alerts",
        kind: "number",
        queries: [{ expr: 'count(ALERTS{alertstate="firing"}) or vector(0)', legend: "alerts" }],
        unit: "count",
        thresholds: [{ from: 1, severity: "critical" }],
      },
      { title: "Alerts", kind: "alerts" },
      ...(resources.length > 0 ? [{ row: "Resources" }, ...resources] : []),
    ],
  };
}

function containers(environment: string): DashboardItem[] {
  return [
    {
      title: "Memory of the limit",
      description: "The ten containers that are nearest to what they may have.",
      queries: [{ expr: `topk(10, ${memoryOfLimit(environment)})`, legend: "{{name}}" }],
      unit: "ratio",
      thresholds: [{ from: 0.9, severity: "warning" }],
    },
    {
      title: "Containers that start again",
      queries: [{ expr: `${restarts(environment)} > 0`, legend: "{{name}}" }],
      unit: "count",
      thresholds: [{ from: 3, severity: "warning" }],
    },
  ];
}
