import { App } from "cdktf";
import { checkEnvironment, environmentNames } from "../../config/load";
import { observabilityOf } from "../../constructs/core/observability-of";
import { printExpr } from "../../constructs/core/print";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { DockerTarget } from "../../constructs/docker";
import { Piece } from "../support/piece";
import { promqlErrors } from "../support/promql";
import { synthesiseNamed } from "../support/synth";

interface Scrape {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly consul_sd_configs?: readonly object[];
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
  readonly relabel_configs: readonly Record<string, unknown>[];
}

function fileOf(environment: PlatformEnvironment, path: string, component = "prometheus"): string {
  const [service] = environment.component(component).services;
  const content = service?.spec.files?.[path]?.content;
  if (content === undefined || content instanceof Uint8Array) throw new Error(`${component} has no text at ${path}`);
  return printExpr(content);
}

function configOf(environment: PlatformEnvironment): { readonly scrape_configs: readonly Scrape[] } {
  return JSON.parse(fileOf(environment, "/etc/prometheus/prometheus.yml")) as ReturnType<typeof configOf>;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function rulesOf(environment: PlatformEnvironment): Rule[] {
  const [service] = environment.component("prometheus").services;
  const [file] = service?.spec.trees?.["/etc/prometheus/rules"]?.files ?? [];
  const { groups } = JSON.parse(file?.content ?? "") as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

const dev = synthesiseNamed("dev").environment;
const prod = synthesiseNamed("prod").environment;

describe("Prometheus on a Docker host", () => {
  const { scrape_configs: scrapes } = configOf(dev);

  it("knows the catalogue, Alertmanager and itself by address, so that they are missed when the catalogue is gone", () => {
    const fixed = scrapes.filter(({ static_configs }) => static_configs).map(({ job_name }) => job_name);
    expect(fixed).toEqual(["consul", "alertmanager", "prometheus", "probe-consul.http"]);
  });

  it("finds everything else in the catalogue, with a job for each log-in", () => {
    const found = scrapes.filter(({ consul_sd_configs, metrics_path }) => consul_sd_configs && !metrics_path);
    const expected = new Set(
      observabilityOf(dev)
        .targets.filter(({ component }) => !["consul", "alertmanager", "prometheus"].includes(component))
        .map(({ login }) => {
          if (login === undefined) return "catalogue";
          if ("certificate" in login) return `catalogue-${login.certificate.id}`;
          return `catalogue-${("bearer" in login ? login.bearer : login.password).id}`;
        }),
    );
    expect(found.map(({ job_name }) => job_name).sort()).toEqual([...expected].sort());
    expect(found[0]?.consul_sd_configs).toEqual([
      {
        datacenter: "dev",
        server: "{consul.http?}",
        authorization: { credentials_file: "/run/prometheus/prometheus.catalogue-token" },
        refresh_interval: "5s",
      },
    ]);
  });

  it("leaves out what is under maintenance, and takes over what the catalogue says", () => {
    const catalogue = scrapes.find(({ job_name }) => job_name === "catalogue");
    expect(catalogue?.relabel_configs).toEqual(
      expect.arrayContaining([
        { source_labels: ["__meta_consul_health"], regex: "maintenance", action: "drop" },
        { source_labels: ["__meta_consul_service_metadata_metrics_path"], target_label: "__metrics_path__" },
        { source_labels: ["__meta_consul_service_metadata_metrics_scheme"], target_label: "__scheme__" },
        { source_labels: ["__meta_consul_service_metadata_metrics_job"], target_label: "job" },
        { regex: "__meta_consul_service_metadata_metrics_param_(.+)", replacement: "__param_$1", action: "labelmap" },
      ]),
    );
  });

  it("has every secret that its configuration names as a file of its own, and none in the configuration", () => {
    const config = fileOf(dev, "/etc/prometheus/prometheus.yml");
    const named = [...new Set(config.match(/\/run\/prometheus\/[^"]+/g))];
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) expect(fileOf(dev, path)).toBe(`{${path.slice("/run/prometheus/".length)}}`);
    expect(config).not.toMatch(/"password"|"credentials"/);
  });

  it("waits for nothing that it watches", () => {
    const [service] = dev.component("prometheus").services;
    expect(service?.spec.needs?.filter(({ loose }) => loose !== true)).toEqual([]);
    expect(fileOf(dev, "/etc/prometheus/prometheus.yml")).not.toMatch(/\{[a-z.-]+\.[a-z-]+\}/);
  });

  it("asks the prober for every page that operators open", () => {
    const probes = scrapes.filter(({ metrics_path }) => metrics_path === "/probe");
    const counts = new Map<string, number>();
    for (const { service } of observabilityOf(dev).pages) counts.set(service, (counts.get(service) ?? 0) + 1);
    // Besides the catalogue's own page, which is in no catalogue.
    expect(probes).toHaveLength(1 + Math.max(...counts.values()));
    expect(probes[0]?.relabel_configs).toContainEqual({
      target_label: "__address__",
      replacement: "{blackbox-exporter.web?}",
    });
  });
});

describe("Prometheus on AWS", () => {
  const { scrape_configs: scrapes } = configOf(prod);

  it("asks DNS for the tasks of every service that shows metrics", () => {
    const names = scrapes.flatMap(({ dns_sd_configs = [] }) => dns_sd_configs.flatMap((one) => one.names));
    const expected = observabilityOf(prod).targets.map(({ endpoint }) => printExpr(endpoint.host.loose()));
    expect(names.sort()).toEqual(expected.sort());
    expect(scrapes.filter(({ consul_sd_configs }) => consul_sd_configs)).toEqual([]);
  });

  it("misses those of which DNS names no task, because nothing else shows that they are gone", () => {
    const expr = (environment: PlatformEnvironment) =>
      rulesOf(environment).find(({ alert }) => alert === "TargetDown")?.expr;
    expect(expr(prod)).toContain('prometheus_sd_discovered_targets{name="scrape",config=~"(.+)/(.+)/(.+)"}[3m]) == 0');
    // There, a group that is stopped on purpose has no targets either.
    expect(expr(dev)).toBe('up{job!="probe"} == 0 and count_over_time(up{job!="probe"}[300s]) >= 17');
  });

  it("has in each job's name whose targets it looks for, because nothing else tells when there are none", () => {
    const named = scrapes.filter(({ dns_sd_configs }) => dns_sd_configs).map(({ job_name }) => job_name);
    const expected = observabilityOf(prod).targets.map(
      (target) => `${target.group}/${target.component}/${target.service}`,
    );
    expect(named.sort()).toEqual(expected.sort());
    expect(named).toContain("ml/airflow/airflow-statsd");
  });

  it("opens the pages by name", () => {
    const pages = scrapes.filter(({ metrics_path }) => metrics_path === "/probe");
    expect(pages.map(({ job_name }) => job_name).sort()).toEqual(
      observabilityOf(prod)
        .pages.map(({ endpoint }) => `probe-${endpoint.id}`)
        .sort(),
    );
  });
});

describe.each(environmentNames())("the rules of %s", (name) => {
  const { environment } = synthesiseNamed(name);
  const rules = rulesOf(environment);

  it("are those of all components, each with severity and what to do", () => {
    expect(rules.map(({ alert }) => alert).sort()).toEqual(
      observabilityOf(environment)
        .rules.map(({ value }) => value.alert)
        .sort(),
    );
    for (const { alert, labels, annotations } of rules) {
      expect(["warning", "critical"]).toContain(labels["severity"]);
      expect(annotations["runbook_url"]).toMatch(new RegExp(`^docs/components/[a-z-]+\\.md#${alert.toLowerCase()}$`));
    }
  });

  it("name the component and its group, unless the series do", () => {
    const bySeries = new Set(
      observabilityOf(environment)
        .rules.filter(({ value }) => value.about === "series")
        .map(({ value }) => value.alert),
    );
    for (const { alert, labels } of rules) {
      if (bySeries.has(alert)) expect(labels).not.toHaveProperty("component");
      else expect(environment.component(labels["component"] ?? "").group).toBe(labels["group"]);
    }
  });

  it("are PromQL, and so is what dashboards ask for", () => {
    const { dashboards } = observabilityOf(environment);
    const queries = dashboards().flatMap(({ value }) =>
      value.panels.flatMap((panel) => ("queries" in panel ? panel.queries.map(({ expr }) => expr) : [])),
    );
    const all = [...rules.map(({ expr }) => expr), ...queries];
    expect(all.filter((expr) => promqlErrors(expr.replaceAll("$__rate_interval", "5m")).length > 0)).toEqual([]);
  });
});

it("tells a mistake in PromQL", () => {
  expect(promqlErrors('sum(up{job="a"}')).not.toEqual([]);
  expect(promqlErrors("rate(up[5m]) > 0 for")).not.toEqual([]);
});

it("asks for late files once, when somebody looks at the files", () => {
  const config = checkEnvironment("lab", { name: "lab", target: "docker", groups: ["core"] });
  const environment = new PlatformEnvironment(new App(), config);
  const core = new DockerTarget(environment).groupStack("core");
  const lateFiles = jest.fn(() =>
    Object.fromEntries(environment.components.map(({ name }) => [`/etc/${name}`, { content: name }])),
  );
  new Piece(core, "first", (piece) => {
    piece.service({}, piece.name, { files: { "/etc/early": { content: "early" } }, lateFiles });
  });
  new Piece(core, "second");
  expect(lateFiles).not.toHaveBeenCalled();
  const spec = environment.component("first").services[0]?.spec;
  expect(Object.keys(spec?.files ?? {})).toEqual(["/etc/early", "/etc/first", "/etc/second"]);
  expect(spec?.files).toBe(spec?.files);
  expect(lateFiles).toHaveBeenCalledTimes(1);
});
