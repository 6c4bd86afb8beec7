import { App } from "cdktf";
import { checkEnvironment, environmentNames } from "../../config/load";
import { isPanel } from "../../constructs/core/dashboard";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { addExporters } from "../../constructs/core/exporters";
import type { GroupStack } from "../../constructs/core/group-stack";
import { type EnvironmentObservability, observabilityOf } from "../../constructs/core/observability-of";
import type { Observability } from "../../constructs/core/observability";
import { orderOf } from "../../constructs/core/order";
import { printExpr } from "../../constructs/core/print";
import { DockerTarget } from "../../constructs/docker";
import { Shop, shopRule } from "../support/observed";
import { synthesiseNamed } from "../support/synth";

interface Lab {
  readonly environment: PlatformEnvironment;
  readonly core: GroupStack;
  readonly ml: GroupStack;
}

function lab(): Lab {
  const config = checkEnvironment("lab", { name: "lab", target: "docker", groups: ["core", "ml"] });
  const environment = new PlatformEnvironment(new App(), config);
  const target = new DockerTarget(environment);
  return { environment, core: target.groupStack("core"), ml: target.groupStack("ml") };
}

/** A laboratory with one shop. */
function shop(changes: Partial<Observability> = {}): Lab {
  const made = lab();
  new Shop(made.core, "shop", changes);
  return made;
}

/** The same stack under the name that the group of monitoring has. */
function asMonitoring(stack: GroupStack): GroupStack {
  return Object.create(stack, { group: { value: "monitoring" } }) as GroupStack;
}

describe("an exporter", () => {
  it("runs beside the component that it observes, and names it", () => {
    const { environment, core, ml } = shop();
    addExporters(environment, [core, ml]);
    const found = environment.component("shop-exporter");
    expect([found.stackId, found.observes]).toEqual([core.id, "shop"]);
  });

  it("runs in the group of monitoring where there is one", () => {
    const { environment, core, ml } = shop();
    addExporters(environment, [core, asMonitoring(ml)]);
    expect(environment.component("shop-exporter").stackId).toBe(ml.id);
  });

  it("waits for nothing in its own group, and nothing waits for it", () => {
    const { environment, core } = shop();
    addExporters(environment, [core]);
    const { units } = orderOf(environment, core.id);
    expect(units.find(({ id }) => id === "shop-exporter")?.after).toEqual([]);
    expect(units.filter(({ after }) => after.includes("shop-exporter"))).toEqual([]);
  });

  it("binds its group to no other", () => {
    const { environment, core, ml } = shop();
    addExporters(environment, [core, asMonitoring(ml)]);
    expect(orderOf(environment, ml.id).stacks).toEqual([]);
  });

  it("gets the account's password, as a secret and loose", () => {
    const { environment, core } = shop();
    addExporters(environment, [core]);
    const [unit] = orderOf(environment, core.id).units.filter(({ id }) => id === "shop-exporter");
    expect(unit?.uses.secrets.map(({ id }) => id)).toEqual(["shop.observer-password"]);
    const [service] = environment.component("shop-exporter").services;
    expect(printExpr(service?.spec.env["SHOP"] ?? "")).toBe("shop://observer:{shop.observer-password}@{shop.till?}");
  });

  it("is refused for a service with replicas", () => {
    const made = shop();
    const record = made.environment.component("shop");
    const services = record.services.map((service) => ({ ...service, spec: { ...service.spec, replicas: 2 } }));
    const environment = Object.create(made.environment, {
      components: { value: [{ ...record, services }] },
    }) as PlatformEnvironment;
    expect(() => {
      addExporters(environment, [made.core]);
    }).toThrow(/^lab: shop: metrics of shop: one exporter would see another of its replicas each time\. Run/);
  });
});

describe("the observability of an environment", () => {
  it("has the exporter's endpoint under the observed component's name", () => {
    const { environment, core } = shop();
    addExporters(environment, [core]);
    const { targets } = observabilityOf(environment);
    expect(targets).toHaveLength(1);
    expect(targets[0]).toMatchObject({
      component: "shop",
      service: "shop-exporter",
      hosts: ["shop-exporter"],
      scheme: "http",
      path: "/metrics",
      params: {},
      job: "shop",
      login: undefined,
    });
    expect(printExpr(targets[0]?.address ?? "")).toBe("{shop-exporter.metrics?}");
  });

  it("has a rule once that two services bring", () => {
    expect(observabilityOf(shop().environment).rules).toEqual([{ component: "shop", value: shopRule }]);
  });

  it("refuses two different rules of one name, with component and rule", () => {
    const { environment, ml } = shop();
    new Shop(ml, "kiosk", { alerts: [{ ...shopRule, forSeconds: 5 }] });
    expect(() => {
      environment.verify();
    }).toThrow('lab: kiosk: alert rule "ShopDown": shop has a different one of this name. Give one of them');
  });

  it("makes dashboards when they are asked for, each once", () => {
    const make = jest.fn(() => ({ title: "Shop", panels: [] }));
    const observability = observabilityOf(shop({ dashboard: make }).environment);
    expect(make).not.toHaveBeenCalled();
    expect(observability.dashboards()).toEqual([{ component: "shop", value: { title: "Shop", panels: [] } }]);
  });

  it("refuses two different dashboards of one title", () => {
    const { environment, core } = shop();
    const panels = [{ title: "Other", queries: [{ expr: "up" }], unit: "count" as const }];
    new Shop(core, "kiosk", { dashboard: () => ({ title: "Shop", panels }) });
    expect(() => observabilityOf(environment).dashboards()).toThrow(
      'lab: kiosk: dashboard "Shop": shop has a different',
    );
  });
});

// Each environment once: to synthesise one takes longer than everything that is asked of it.
const observed = new Map(environmentNames().map((name) => [name, observabilityOf(synthesiseNamed(name).environment)]));

function observabilityOfNamed(name: string): EnvironmentObservability {
  const found = observed.get(name);
  if (!found) throw new Error(`there is no environment ${name}`);
  return found;
}

describe.each(environmentNames())("the observability of %s", (name) => {
  const { targets, rules, dashboards } = observabilityOfNamed(name);

  it("has no rule about metrics that nobody shows", () => {
    const jobs = new Set(targets.map(({ component }) => component));
    expect(rules.filter(({ component }) => !jobs.has(component))).toEqual([]);
  });

  it("has three to eight panels on each dashboard", () => {
    for (const { value } of dashboards()) {
      expect({ title: value.title, enough: value.panels.length >= 3 && value.panels.length <= 8 }).toEqual({
        title: value.title,
        enough: true,
      });
      for (const { queries } of value.panels.filter(isPanel)) expect(queries.length).toBeGreaterThan(0);
    }
  });
});

it("lists Consul and its agents with the token that may read them and nothing else", () => {
  const { targets } = observabilityOfNamed("dev");
  const consul = targets.filter(({ job }) => job === "consul");
  expect(consul.map(({ service }) => service)).toEqual([
    "consul",
    "consul-agent-core",
    "consul-agent-processing",
    "consul-agent-ml",
    "consul-agent-visualization",
    "consul-agent-monitoring",
  ]);
  for (const { login } of consul) expect(login).toMatchObject({ bearer: { id: "consul.metrics-token" } });
});

it("has Kafka's rules once with three brokers, and a target for each", () => {
  const { targets, rules } = observabilityOfNamed("staging");
  const kafka = targets.filter(({ job }) => job === "kafka").map(({ service }) => service);
  const names = rules.filter(({ component }) => component === "kafka").map(({ value }) => value.alert);
  expect(kafka).toEqual(["kafka-1", "kafka-2", "kafka-3"]);
  expect(names).toEqual(["KafkaUnderReplicatedPartitions", "KafkaOfflinePartitions", "KafkaConsumersFallBehind"]);
});
