import { hasBeenWatched, scrapeSeconds } from "../../constructs/components/prometheus/intervals";
import { ruleFile } from "../../constructs/components/prometheus/rule-file";
import { platformDashboards } from "../../constructs/components/grafana/platform-dashboards";
import { observabilityOf } from "../../constructs/core/observability-of";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { awsInput } from "../aws/support";
import { synthesiseInput } from "../support/synth";
import { hostPort, kafka, produce } from "./support/clients";
import { stackFolder, succeed, workspace } from "./support/datalab";
import { describeOnEngine } from "./support/describe";
import { engine, execute } from "./support/engine";
import { grafana, logLines, metricsOf, prometheus, samples } from "./support/monitoring";
import { Receiver, type ToldAlert } from "./support/receiver";
import { type RuleCase, ruleCases, ruleCasesOnAws } from "./support/rule-cases";
import { emptyPanels, laterMetrics } from "./support/silent";
import { plannedChanges } from "./support/terraform";
import { eventually } from "./support/wait";
import { baseConfiguration, environmentName, writeEnvironment } from "./support/workspace";

interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

interface Rendered {
  readonly title: string;
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly targets?: readonly { readonly expr: string; readonly queryType?: string }[];
  }[];
}

const groups = [...(baseConfiguration.groups ?? []), ...(baseConfiguration.groups ? (["monitoring"] as const) : [])];
const chosen = groups.length > 0 ? { groups } : {};

/** Every rule of all components, also of those that this environment leaves out. */
const everything = synthesiseInput({ name: "rules", target: "docker" }).environment;
const everythingOnAws = synthesiseInput({ ...awsInput({ name: "rules" }), spark: undefined }).environment;
const alerts = observabilityOf(everything).rules.map(({ value }) => value.alert);

function rulesOf(environment: PlatformEnvironment): object {
  return ruleFile(observabilityOf(environment).rules, (name) => environment.component(name).group);
}

async function firing(): Promise<string[]> {
  return (await samples('ALERTS{alertstate="firing"}')).map(
    ({ metric }) => `${metric["alertname"] ?? ""} of ${metric["service"] ?? metric["component"] ?? "all"}`,
  );
}

/** The series of all cases together. */
function seriesOf(cases: Readonly<Record<string, RuleCase>>, kind: "fires" | "quiet"): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [alert, { [kind]: series }] of Object.entries(cases)) {
    for (const [name, values] of Object.entries(series)) {
      if ((all[name] ?? values) !== values) throw new Error(`${alert}: another case gives ${name} other values`);
      all[name] = values;
    }
  }
  return all;
}

/** Writes files into Prometheus' container and runs its tool on the last of them. */
async function promtool(files: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const written = Object.entries(files).map(
    ([path, content]) => `echo ${Buffer.from(content).toString("base64")} | base64 -d > ${path}`,
  );
  const script = [...written, `promtool ${args.join(" ")}`].join(" && ");
  const { exitCode, output } = await execute(`${environmentName}-prometheus`, ["sh", "-c", script]);
  if (exitCode !== 0) throw new Error(output);
  return output;
}

/** Tries rules with their cases: all at once, because each run judges all rules for hours of made-up time. */
function tried(rules: object, cases: Readonly<Record<string, RuleCase>>): Promise<string> {
  const tests = (["fires", "quiet"] as const).map((kind) => ({
    name: kind,
    interval: "15s",
    input_series: Object.entries(seriesOf(cases, kind)).map(([series, values]) => ({ series, values })),
    promql_expr_test: Object.entries(cases).map(([alertname, { minutes = 60, labels = {} }]) => {
      const wanted = Object.entries({ alertname, alertstate: "firing", ...labels });
      return {
        expr: `vector(1) and on () ALERTS{${wanted.map(([name, value]) => `${name}="${value}"`).join(",")}} or vector(0)`,
        eval_time: `${minutes}m`,
        exp_samples: [{ labels: "{}", value: kind === "fires" ? 1 : 0 }],
      };
    }),
  }));
  const files = {
    "/tmp/rules.yml": JSON.stringify(rules),
    "/tmp/cases.yml": JSON.stringify({ rule_files: ["/tmp/rules.yml"], evaluation_interval: "10s", tests }),
  };
  return promtool(files, "test", "rules", "/tmp/cases.yml");
}

describeOnEngine("monitoring", () => {
  let receiver: Receiver;

  beforeAll(async () => {
    const started = await Receiver.start();
    receiver = started.receiver;
    writeEnvironment(workspace(), { ...baseConfiguration, ...chosen, alerts: started.alerts });
    succeed("up");
  });

  afterAll(async () => {
    await receiver.stop();
    succeed("down", "monitoring");
    writeEnvironment(workspace(), baseConfiguration);
    succeed("up");
  });

  it("leaves nothing to do", () => {
    expect(plannedChanges(stackFolder("monitoring"))).toEqual([]);
  });

  it("reaches every target and every page", async () => {
    const { environment } = synthesiseInput({ ...baseConfiguration, ...chosen });
    const { targets, pages } = observabilityOf(environment);
    const wanted = [...targets, ...pages].flatMap(({ service, hosts }) => hosts.map(() => service)).sort();
    await eventually("every target up", 120, async () => {
      const { activeTargets } = await prometheus<{
        activeTargets: { labels: Record<string, string>; health: string; lastError: string }[];
      }>("targets", { state: "active" });
      const down = activeTargets.filter(({ health }) => health !== "up");
      if (down.length > 0) throw new Error(JSON.stringify(down.map(({ labels, lastError }) => [labels, lastError])));
      const agents = (service: string | undefined): boolean => service?.startsWith("consul-agent-") === true;
      const seen = activeTargets.flatMap(({ labels: { service = "" } }) => (agents(service) ? [] : [service])).sort();
      expect(seen).toEqual(wanted.filter((service) => !agents(service)));
      const failed = (await samples("probe_success == 0")).map(({ metric }) => metric["instance"]);
      expect(failed).toEqual([]);
      return true;
    });
  });

  it("shows how far a consumer group is behind", async () => {
    await produce("lagging", "one");
    const consumer = kafka().consumer({ groupId: "slow" });
    await consumer.connect();
    await consumer.subscribe({ topic: "lagging", fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.COMMIT_OFFSETS, () => {
        resolve();
      });
      consumer.run({ autoCommitThreshold: 1, eachMessage: async () => Promise.resolve() }).catch(reject);
    });
    await consumer.disconnect();
    for (const value of ["two", "three"]) await produce("lagging", value);
    await eventually("a lag of two messages", 90, async () => {
      const [lag] = await samples('kafka_consumergroup_lag_sum{consumergroup="slow",topic="lagging"}');
      return lag?.value[1] === "2" ? true : undefined;
    });
  });

  it("judges all rules, and none of them fires", async () => {
    const { groups: judged } = await prometheus<{ groups: { rules: Rule[] }[] }>("rules");
    const rules = judged.flatMap((group) => group.rules);
    expect(rules.filter(({ health }) => health !== "ok" && health !== "unknown")).toEqual([]);
    await eventually("no alert", 180, async () => {
      expect(await firing()).toEqual([]);
      return true;
    });
  });

  it("has every metric that a rule asks for", async () => {
    const { groups: judged } = await prometheus<{ groups: { rules: Rule[] }[] }>("rules");
    const asked = new Map<string, string>();
    for (const { name, query } of judged.flatMap(({ rules }) => rules)) {
      for (const metric of await metricsOf(query)) asked.set(metric, name);
    }
    expect(asked.size).toBeGreaterThan(10);
    await eventually("metrics of all rules", 300, async () => {
      const known = new Set(await prometheus<string[]>("label/__name__/values"));
      const missing = [...asked].filter(([metric]) => !known.has(metric) && !(metric in laterMetrics));
      if (missing.length > 0) throw new Error(missing.map(([metric, rule]) => `${metric} (${rule})`).join("\n"));
      return true;
    });
  });

  it("has data for every panel of every dashboard", async () => {
    const { environment } = synthesiseInput({ ...baseConfiguration, ...chosen });
    const files = platformDashboards(environment, { kind: "loki", uid: "loki" });
    const dashboards = Object.values(files).map((text) => JSON.parse(text) as Rendered);
    await eventually("data for all panels", 300, async () => {
      const empty: string[] = [];
      for (const { title, panels } of dashboards) {
        for (const panel of panels) {
          for (const { expr, queryType } of panel.targets ?? []) {
            const query = expr.replaceAll("$__rate_interval", "2m").replaceAll(/\$\{?[a-z_]\w*\}?/gi, ".*");
            const found = queryType === undefined ? await samples(query) : await logLines(query);
            const name = `${title} / ${panel.title}`;
            if (found.length === 0 && !(name in emptyPanels)) empty.push(`${name}: ${query}`);
          }
        }
      }
      if (empty.length > 0) throw new Error(empty.join("\n"));
      return true;
    });
  });

  it("has all dashboards in Grafana, which reads Prometheus and Loki", async () => {
    const { environment } = synthesiseInput({ ...baseConfiguration, ...chosen });
    const files = platformDashboards(environment, { kind: "loki", uid: "loki" });
    const titles = Object.values(files).map((text) => (JSON.parse(text) as Rendered).title);
    const found = await grafana<{ title: string; type: string }[]>("search?type=dash-db");
    expect(found.map(({ title }) => title).sort()).toEqual(titles.sort());
    const throughGrafana = await grafana<{ data: { result: unknown[] } }>(
      "datasources/proxy/uid/prometheus/api/v1/query?query=up",
    );
    expect(throughGrafana.data.result.length).toBeGreaterThan(3);
    const labels = await grafana<{ data: string[] }>("datasources/proxy/uid/loki/loki/api/v1/label/component/values");
    expect(labels.data).toEqual(expect.arrayContaining(["postgres", "minio", "loki"]));
    expect((await fetch(`http://localhost:${hostPort(3000)}/api/search`)).status).toBe(401);
  });

  it("refuses those who do not know the password", async () => {
    for (const port of [9090, 9093]) {
      expect((await fetch(`http://localhost:${hostPort(port)}/`)).status).toBe(401);
    }
  });

  it("tells nobody of what was starting", () => {
    expect(receiver.alerts.map(({ labels }) => `${labels["alertname"]} of ${labels["service"]}`)).toEqual([]);
  });

  it("tells within a minute of a container that stopped, shows what it wrote last, and tells that it is back", async () => {
    const stopped = engine.getContainer(`${environmentName}-mlflow`);
    const told = (status: string): ToldAlert | undefined =>
      receiver.alerts.find(
        (alert) =>
          alert.status === status &&
          alert.labels["alertname"] === "TargetDown" &&
          alert.labels["component"] === "mlflow",
      );
    // Services that have just come are given time to start.
    await eventually("a time in which it is watched", 360, async () =>
      (await samples(hasBeenWatched('up{component="mlflow",job!="probe"}', scrapeSeconds))).length === 1
        ? true
        : undefined,
    );
    await stopped.stop();
    const alert = await eventually("the alert", 60, () => told("firing"));
    expect(alert.annotations["runbook_url"]).toBe("docs/components/prometheus.md#targetdown");
    expect(alert.labels).toMatchObject({ group: "ml", severity: "critical", environment: environmentName });
    // The dashboard of what is broken asks this.
    expect(
      (await samples('min by (component) (up{component="mlflow",job!="probe"})')).map(({ value }) => value[1]),
    ).toEqual(["0"]);
    const log = (await stopped.logs({ stdout: true, stderr: true, tail: 3 })).toString("utf8");
    await eventually("its last line", 30, async () => {
      const [newest = ""] = await logLines(`{environment="${environmentName}",component="mlflow",service="mlflow"}`);
      return newest.trim() !== "" && log.includes(newest.trim()) ? true : undefined;
    });
    await stopped.start();
    await eventually("its end", 120, () => told("resolved"));
  });

  describe("alert rules", () => {
    it("have a case each, and no case is left of a rule that is gone", () => {
      expect(Object.keys(ruleCases).sort()).toEqual([...alerts].sort());
    });

    it("are well formed", async () => {
      for (const environment of [everything, everythingOnAws]) {
        await promtool({ "/tmp/rules.yml": JSON.stringify(rulesOf(environment)) }, "check", "rules", "/tmp/rules.yml");
      }
    });

    it("fire for what they are there for, and not otherwise", async () => {
      expect(await tried(rulesOf(everything), ruleCases)).toContain("SUCCESS");
    });

    it("do so on AWS too, where some of them ask something else", async () => {
      const here = new Map(observabilityOf(everything).rules.map(({ value }) => [value.alert, value.expr]));
      const others = observabilityOf(everythingOnAws).rules.filter(({ value }) => here.get(value.alert) !== value.expr);
      expect(others.map(({ value }) => value.alert).sort()).toEqual(Object.keys(ruleCasesOnAws).sort());
      expect(await tried(rulesOf(everythingOnAws), ruleCasesOnAws)).toContain("SUCCESS");
    });
  });
});

describe("what is known to be silent", () => {
  const { rules } = observabilityOf(everything);

  it("is asked for by some rule or panel", () => {
    const files = Object.values(platformDashboards(everything, { kind: "loki", uid: "loki" }));
    const panels = files.flatMap((text) => {
      const { title, panels: all } = JSON.parse(text) as Rendered;
      return all.map((panel) => `${title} / ${panel.title}`);
    });
    expect(Object.keys(emptyPanels).filter((name) => !panels.includes(name))).toEqual([]);
    const unused = Object.keys(laterMetrics).filter((name) => !rules.some(({ value }) => value.expr.includes(name)));
    expect(unused).toEqual([]);
  });
});
