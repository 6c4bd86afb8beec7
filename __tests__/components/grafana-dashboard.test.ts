import { grafanaDashboard } from "../../constructs/components/grafana/grafana-dashboard";
import type { Dashboard } from "../../constructs/core/dashboard";

const settings = { environment: "lab", dataSource: "prometheus", logs: undefined, servicesOf: () => [] };

function rendered(changes: Partial<Dashboard>): Rendered {
  return grafanaDashboard({ title: "Shop", panels: [], ...changes }, settings) as Rendered;
}

interface Rendered {
  readonly uid: string;
  readonly panels: readonly {
    readonly type: string;
    readonly gridPos: object;
    readonly fieldConfig: {
      readonly defaults: { readonly unit: string; readonly thresholds: { readonly steps: readonly object[] } };
    };
    readonly targets: readonly object[];
  }[];
}

describe("a dashboard for Grafana", () => {
  it("has the panel's queries, unit and kind", () => {
    const { panels } = rendered({
      panels: [
        { title: "Size", queries: [{ expr: "a", legend: "{{b}}" }, { expr: "c" }], unit: "bytes" },
        { title: "Answers", kind: "number", queries: [{ expr: "up" }], unit: "count" },
      ],
    });
    const datasource = { type: "prometheus", uid: "prometheus" };
    expect(panels.map(({ type }) => type)).toEqual(["timeseries", "stat"]);
    expect(panels.map(({ fieldConfig }) => fieldConfig.defaults.unit)).toEqual(["bytes", "short"]);
    expect(panels[0]?.targets).toEqual([
      { refId: "A", datasource, expr: "a", legendFormat: "{{b}}" },
      { refId: "B", datasource, expr: "c" },
    ]);
  });

  it("puts two panels in a row", () => {
    const panel = { title: "Size", queries: [{ expr: "a" }], unit: "bytes" as const };
    expect(rendered({ panels: [panel, panel, panel] }).panels.map(({ gridPos }) => gridPos)).toEqual([
      { x: 0, y: 0, w: 12, h: 8 },
      { x: 12, y: 0, w: 12, h: 8 },
      { x: 0, y: 8, w: 12, h: 8 },
    ]);
  });

  it("lets thresholds rise, in whatever order they were named", () => {
    const { panels } = rendered({
      panels: [
        {
          title: "Full",
          queries: [{ expr: "a" }],
          unit: "ratio",
          thresholds: [
            { from: 0.9, severity: "critical" },
            { from: 0.8, severity: "warning" },
          ],
        },
      ],
    });
    expect(panels[0]?.fieldConfig.defaults.thresholds.steps).toEqual([
      { color: "green", value: null },
      { color: "orange", value: 0.8 },
      { color: "red", value: 0.9 },
    ]);
  });

  it("has a uid of at most 40 characters that tells long titles apart", () => {
    const long = "A title that is much longer than Grafana allows for an id";
    const uids = [`${long} 1`, `${long} 2`].map((title) => rendered({ title }).uid);
    expect(new Set(uids).size).toBe(2);
    for (const uid of uids) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
    expect(rendered({}).uid).toBe("lab-shop");
  });
});
