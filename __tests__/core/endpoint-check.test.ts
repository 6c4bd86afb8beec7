import type { ComponentRecord, Service } from "../../constructs/core/component-record";
import { checkEndpoints } from "../../constructs/core/endpoint-check";
import { Endpoint } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";

const web = new Endpoint("app", "web", { port: 80, scheme: "http" });
const admin = new Endpoint("app", "admin", { port: 81, scheme: "http" });
const elsewhere = new Endpoint("app", "far", { port: 82, scheme: "http", service: "app-worker" });

function component(declared: readonly Endpoint[], changes: Partial<ServiceSpec>): ComponentRecord {
  const services: Service[] = [];
  const record: ComponentRecord = {
    name: "app",
    group: "core",
    stackId: "lab-core",
    services,
    endpoints: declared,
    preparations: [],
    provisions: [],
  };
  const spec = {
    endpoints: [web],
    health: { tcp: web, tool: "nc" },
    ...observed,
    ...changes,
  } as unknown as ServiceSpec;
  services.push({ component: record, name: "app", spec });
  return record;
}

const observed = {
  observability: { metrics: { none: "a test" }, alerts: { none: "a test" }, dashboard: { none: "a test" } },
} as const;

describe("the check of endpoints", () => {
  it("accepts endpoints that their service opens", () => {
    expect(() => {
      checkEndpoints("lab", component([web, admin], { endpoints: [web, admin] }));
    }).not.toThrow();
  });

  it.each<[string, ComponentRecord, RegExp]>([
    ["one that no service lists", component([web, admin], {}), /^lab: app: endpoint "admin": no service lists it/],
    [
      "one of another host",
      component([web, elsewhere], { endpoints: [web, elsewhere] }),
      /endpoint "far": its host is app-worker, and app lists it/,
    ],
    [
      "a probe of an endpoint that is not opened",
      component([web], { health: { tcp: admin, tool: "nc" } }),
      /health of app: app\.admin is not one of the service's own/,
    ],
    [
      "metrics at an endpoint that is not opened",
      component([web], {
        observability: {
          metrics: { endpoint: admin, path: "/metrics" },
          alerts: { none: "a test" },
          dashboard: { none: "a test" },
        },
      }),
      /metrics of app: app\.admin is not one/,
    ],
  ])("refuses %s", (_, record, message) => {
    expect(() => {
      checkEndpoints("lab", record);
    }).toThrow(message);
  });
});
