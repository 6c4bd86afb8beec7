import { hashOf } from "../../core/content-hash";
import {
  type AlertPanel,
  type Dashboard,
  type DashboardItem,
  isPanel,
  type LogPanel,
  type Panel,
  type Variable,
} from "../../core/dashboard";
import { fieldConfig } from "./field-config";
import { type LogSource, logTargets } from "./log-source";
import { placesOf } from "./panel-grid";

/** Longer ones are refused by Grafana. */
const longestUid = 40;
/** Lines that a log panel asks for at most. */
const mostLines = 200;

export interface GrafanaSettings {
  /** Stands in the title's tags and in addresses, so that one Grafana may show several environments. */
  readonly environment: string;
  /** Uid of the Prometheus data source. */
  readonly dataSource: string;
  /** Where log lines are; undefined where nobody collects them, and log panels are left out. */
  readonly logs: LogSource | undefined;
  /** Names of a component's services. */
  readonly servicesOf: (component: string) => readonly string[];
}

/** A dashboard as Grafana's provisioning reads it, as plain data; the same input gives the same text. */
export function grafanaDashboard(dashboard: Dashboard, settings: GrafanaSettings): object {
  const { environment, dataSource, logs } = settings;
  const items = dashboard.panels.filter((item) => logs !== undefined || !isLogPanel(item));
  const places = placesOf(items);
  return {
    uid: uidOf(`${environment}-${dashboard.title}`),
    title: dashboard.title,
    ...(dashboard.description === undefined ? {} : { description: dashboard.description }),
    tags: ["datalab", environment],
    editable: false,
    schemaVersion: 39,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: (dashboard.variables ?? []).map((variable) => variableOf(variable, dataSource)) },
    panels: items.map((item, index) => ({ id: index + 1, gridPos: places[index], ...itemOf(item, settings) })),
  };
}

function isLogPanel(item: DashboardItem): item is LogPanel {
  return "kind" in item && item.kind === "logs";
}

function itemOf(item: DashboardItem, settings: GrafanaSettings): object {
  if ("row" in item) return { type: "row", title: item.row, collapsed: false, panels: [] };
  const described = { title: item.title, ...(item.description === undefined ? {} : { description: item.description }) };
  if (isPanel(item)) return { ...described, ...numbersOf(item, settings.dataSource) };
  return { ...described, ...(item.kind === "logs" ? logsOf(item, settings) : alertsOf(item, settings)) };
}

const panelTypes = { graph: "timeseries", number: "stat", table: "table" } as const;

function numbersOf(panel: Panel, dataSource: string): object {
  const datasource = prometheus(dataSource);
  const { kind = "graph" } = panel;
  return {
    type: panelTypes[kind],
    datasource,
    fieldConfig: fieldConfig(panel),
    ...(kind === "graph" ? { options: { legend: { displayMode: "list", placement: "bottom" } } } : {}),
    targets: panel.queries.map(({ expr, legend }, position) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + position),
      datasource,
      expr,
      // The newest value alone, instead of an hour of them.
      ...(kind === "graph" ? {} : { instant: true, range: false }),
      ...(kind === "table" ? { format: "table" } : {}),
      ...(legend === undefined ? {} : { legendFormat: legend }),
    })),
  };
}

function logsOf(panel: LogPanel, { environment, logs, servicesOf }: GrafanaSettings): object {
  const services = servicesOf(panel.component);
  return {
    type: "logs",
    options: {
      showTime: true,
      wrapLogMessage: true,
      enableLogDetails: true,
      dedupStrategy: "none",
      sortOrder: "Descending",
    },
    ...(logs ? logTargets(logs, { environment, services, mostLines, ...panel }) : {}),
  };
}

function alertsOf({ component }: AlertPanel, { dataSource }: GrafanaSettings): object {
  return {
    type: "alertlist",
    datasource: prometheus(dataSource),
    options: {
      viewMode: "list",
      groupMode: "default",
      sortOrder: 3,
      maxItems: 30,
      stateFilter: { firing: true, pending: true, noData: false, normal: false, error: true, recovering: true },
      alertInstanceLabelFilter: component === undefined ? "" : `{component="${component}"}`,
    },
    targets: [],
  };
}

function variableOf({ name, title, label, metric }: Variable, dataSource: string): object {
  return {
    name,
    label: title,
    type: "query",
    datasource: prometheus(dataSource),
    query: { query: `label_values(${metric}, ${label})`, refId: name },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
  };
}

function prometheus(uid: string): { readonly type: string; readonly uid: string } {
  return { type: "prometheus", uid };
}

function uidOf(name: string): string {
  const uid = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return uid.length <= longestUid ? uid : `${uid.slice(0, longestUid - 13)}-${hashOf(uid)}`;
}
