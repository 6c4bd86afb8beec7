import type { ComponentRecord } from "../../core/component-record";
import type { Dashboard } from "../../core/dashboard";
import { observabilityOf } from "../../core/observability-of";
import { grafanaDashboard } from "./grafana-dashboard";
import type { LogSource } from "./log-source";
import { overviewDashboard } from "./overview-dashboard";
import { sourceUids } from "./provisioning";

/** Path of the first page below the folder of dashboards. */
export const overviewPath = "platform/overview.json";

export interface Platform {
  readonly name: string;
  readonly components: readonly ComponentRecord[];
}

/** All dashboards of an environment as Grafana reads them, by path: a folder for each group, and one for the whole. */
export function platformDashboards(environment: Platform, logs: LogSource | undefined): Record<string, string> {
  const { name, components } = environment;
  const groupOf = new Map(components.map((component) => [component.name, component.group]));
  const settings = {
    environment: name,
    dataSource: sourceUids.prometheus,
    logs,
    servicesOf: (component: string) =>
      components.find((one) => one.name === component)?.services.map((service) => service.name) ?? [],
  };
  const rendered = (dashboard: Dashboard): string =>
    `${JSON.stringify(grafanaDashboard(dashboard, settings), undefined, 1)}\n`;
  return {
    [overviewPath]: rendered(overviewDashboard(name, new Set(groupOf.keys()))),
    ...Object.fromEntries(
      observabilityOf(environment)
        .dashboards()
        .map(({ component, value }) => [
          `${groupOf.get(component) ?? "platform"}/${fileName(value.title)}.json`,
          rendered(withHealthAndLogs(value, component)),
        ]),
    ),
  };
}

/** A component's dashboard with what all of them have: whether it answers, its alerts, and its newest log lines. */
export function withHealthAndLogs(dashboard: Dashboard, component: string): Dashboard {
  return {
    ...dashboard,
    panels: [
      { row: "Health" },
      {
        title: "Answers",
        description:
          "Whether Prometheus gets an answer from each of its services, and the prober from each of its pages.",
        kind: "number",
        // For a page, "up" says that the prober answered.
        queries: [
          {
            expr: `up{component="${component}",job!="probe"} or probe_success{component="${component}"}`,
            legend: "{{instance}}",
          },
        ],
        unit: "up",
      },
      { title: "Alerts", kind: "alerts", component },
      { row: "Figures" },
      ...dashboard.panels,
      { row: "Log" },
      { title: "Newest lines", kind: "logs", component },
    ],
  };
}

function fileName(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
