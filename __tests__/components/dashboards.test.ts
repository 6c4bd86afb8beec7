import { environmentNames } from "../../config/load";
import type { Folder } from "../../constructs/core/folder";
import { plainText } from "../../constructs/core/launch";
import { observabilityOf } from "../../constructs/core/observability-of";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { synthesiseNamed } from "../support/synth";

interface Source {
  readonly type: string;
  readonly uid: string;
}

interface Shown {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly datasource?: Source;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
    readonly targets?: readonly { readonly datasource: Source; readonly expr?: string }[];
  }[];
}

const sourcesFile = "/etc/grafana/provisioning/datasources/datalab.yaml";
const lowering = {
  address: () => "address",
  targetText: () => "text",
  secretInShell: () => "secret",
  secretFile: () => "file",
};

describe.each(environmentNames())("Grafana of %s", (name) => {
  const { environment } = synthesiseNamed(name);
  const spec = environment.component("grafana").services[0]?.spec as ServiceSpec;
  const { files } = Object.values(spec.trees ?? {})[0] as Folder;
  const dashboards = files.map(({ path, content = "" }) => ({ path, shown: JSON.parse(content) as Shown }));
  const content = spec.files?.[sourcesFile]?.content;
  if (content === undefined || content instanceof Uint8Array) throw new Error("Grafana has no data sources");
  const { datasources } = JSON.parse(plainText(content, lowering)) as { datasources: Source[] };
  const declared = observabilityOf(environment).dashboards();

  it("shows every dashboard that a component declares, in the folder of its group", () => {
    const titles = dashboards.map(({ path, shown }) => `${path.split("/")[0] ?? ""}: ${shown.title}`);
    const expected = declared.map(
      ({ component, value }) => `${environment.component(component).group}: ${value.title}`,
    );
    expect(titles.sort()).toEqual([...expected, "platform: Platform"].sort());
  });

  it("asks only data sources that there are, of the kind that they are", () => {
    const known = datasources.map(({ type, uid }) => ({ type, uid }));
    const asked = dashboards.flatMap(({ shown }) =>
      shown.panels.flatMap(({ datasource, targets = [] }) => [
        ...(datasource ? [datasource] : []),
        ...targets.map((target) => target.datasource),
      ]),
    );
    expect(asked.length).toBeGreaterThan(dashboards.length);
    for (const source of asked) expect(known).toContainEqual(source);
  });

  it("has one uid for each dashboard, made of the environment and the title", () => {
    const uids = dashboards.map(({ shown }) => shown.uid);
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid.startsWith(`${name}-`)).toBe(true);
    expect(dashboards.every(({ shown }) => !shown.editable)).toBe(true);
  });

  it("says of every number what it is", () => {
    const numbers = dashboards.flatMap(({ shown }) =>
      shown.panels.filter(({ type }) => ["timeseries", "stat", "table"].includes(type)),
    );
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers.filter(({ fieldConfig }) => (fieldConfig?.defaults.unit ?? "") === "")).toEqual([]);
  });

  it("ends each component's dashboard with the component's newest lines", () => {
    for (const { component, value } of declared) {
      const shown = dashboards.find(({ shown: { title } }) => title === value.title)?.shown;
      const last = shown?.panels.at(-1);
      expect(last?.type).toBe("logs");
      expect(JSON.stringify(last?.targets)).toContain(component);
    }
  });

  it("lets no panel lie on another one", () => {
    for (const { shown } of dashboards) {
      const cells = shown.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
      );
      expect({ title: shown.title, cells: new Set(cells).size }).toEqual({ title: shown.title, cells: cells.length });
      expect(shown.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    }
  });

  it("keeps no secret in what it is provisioned with", () => {
    expect(content instanceof Object && "secrets" in content ? content.secrets : []).toEqual([]);
  });
});

it("leaves out on AWS what needs an engine, and searches CloudWatch", () => {
  const names = new Set(synthesiseNamed("prod").environment.components.map((component) => component.name));
  expect(["alloy", "loki", "cadvisor", "node-exporter", "kafka-exporter"].filter((one) => names.has(one))).toEqual([]);
  expect(names.has("cloudwatch-logs")).toBe(true);
});
