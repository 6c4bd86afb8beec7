import { hashOf } from "../core/content-hash";
import type { Dashboard, Panel, Threshold, Unit } from "../core/dashboard";

/** Grafana's own names of units. */
const units: Readonly<Record<Unit, string>> = {
  count: "short",
  "per-second": "cps",
  bytes: "bytes",
  "bytes-per-second": "Bps",
  seconds: "s",
  milliseconds: "ms",
  ratio: "percentunit",
};
const colours = { warning: "orange", critical: "red" } as const;
/** Grafana's grid is 24 columns wide; two panels stand in a row. */
const panelWidth = 12;
const panelHeight = 8;
/** Longer ones are refused by Grafana. */
const longestUid = 40;

export interface GrafanaSettings {
  /** Stands in the title's tags and in addresses, so that one Grafana may show several environments. */
  readonly environment: string;
  /** Uid of the Prometheus data source. */
  readonly dataSource: string;
}

/** A dashboard as Grafana's provisioning reads it, as plain data; the same input gives the same text. */
export function grafanaDashboard(dashboard: Dashboard, { environment, dataSource }: GrafanaSettings): object {
  const datasource = { type: "prometheus", uid: dataSource };
  return {
    uid: uidOf(`${environment}-${dashboard.title}`),
    title: dashboard.title,
    tags: ["datalab", environment],
    editable: false,
    schemaVersion: 39,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    panels: dashboard.panels.map((panel, index) => ({
      id: index + 1,
      title: panel.title,
      type: panel.kind === "number" ? "stat" : "timeseries",
      datasource,
      gridPos: {
        x: (index % 2) * panelWidth,
        y: Math.floor(index / 2) * panelHeight,
        w: panelWidth,
        h: panelHeight,
      },
      fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
      targets: panel.queries.map(({ expr, legend }, position) => ({
        refId: String.fromCharCode("A".charCodeAt(0) + position),
        datasource,
        expr,
        ...(legend === undefined ? {} : { legendFormat: legend }),
      })),
    })),
  };
}

function fieldDefaults({ unit, kind, thresholds = [] }: Panel): object {
  const shown = kind === "number" || thresholds.length === 0 ? {} : { custom: { thresholdsStyle: { mode: "line" } } };
  return {
    unit: units[unit],
    // A ratio lies between 0 and 1.
    ...(unit === "ratio" ? { min: 0, max: 1 } : {}),
    thresholds: { mode: "absolute", steps: [{ color: "green", value: null }, ...steps(thresholds)] },
    ...shown,
  };
}

/** Grafana takes the last step that is reached, so that they have to rise. */
function steps(thresholds: readonly Threshold[]): { color: string; value: number }[] {
  return thresholds
    .toSorted((one, other) => one.from - other.from)
    .map(({ from, severity }) => ({ color: colours[severity], value: from }));
}

function uidOf(name: string): string {
  const uid = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return uid.length <= longestUid ? uid : `${uid.slice(0, longestUid - 13)}-${hashOf(uid)}`;
}
