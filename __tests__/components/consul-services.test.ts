import { serviceDefinitions } from "../../constructs/components/consul-services";
import { Certificate } from "../../constructs/core/certificate";
import type { ComponentRecord, Service } from "../../constructs/core/component-record";
import type { Metrics } from "../../constructs/core/observability";
import { Endpoint, Secret } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";

const web = new Endpoint("app", "web", { port: 80, scheme: "http" });
const admin = new Endpoint("app", "admin", { port: 8443, scheme: "https" });
const page = new Endpoint("app", "page", { port: 82, scheme: "http", operatorPort: 82, page: "/ui/" });
const docs = new Endpoint("app", "docs", { port: 83, scheme: "https", operatorPort: 83 });
const token = new Secret("app", "token", "uuid");

function meta(changes: Partial<Metrics>): unknown {
  const component = { name: "app", group: "core" } as ComponentRecord;
  const metrics = { endpoint: admin, path: "/stats", ...changes };
  const spec = {
    endpoints: [web, admin, page, docs],
    health: { tcp: web, tool: "nc" },
    logins: [{ endpoint: docs, user: "eve", password: token }],
    observability: { metrics },
  } as unknown as ServiceSpec;
  const service: Service = { component, name: "app", spec };
  return (serviceDefinitions("lab", [service])[0] as { meta: unknown }).meta;
}

describe("the catalogue", () => {
  it("says where metrics are, with scheme and parameters", () => {
    expect(meta({ params: { format: "prometheus" } })).toEqual({
      group: "core",
      component: "app",
      metrics_port: "8443",
      metrics_path: "/stats",
      metrics_scheme: "https",
      metrics_job: "app",
      metrics_param_format: "prometheus",
      page_1: "http://app:82/ui/",
      page_2: "https://app:83/",
      page_2_login: "true",
    });
  });

  it("names the secret of a log-in", () => {
    expect(meta({ login: { bearer: token } })).toMatchObject({ metrics_login: "bearer", metrics_secret: "app.token" });
    expect(meta({ login: { user: "eve", password: token } })).toMatchObject({
      metrics_login: "basic",
      metrics_user: "eve",
      metrics_secret: "app.token",
    });
  });

  it("names the certificate of a log-in", () => {
    const certificate = new Certificate("app", "client", ["eve"], "client", (secret) => secret);
    expect(meta({ login: { certificate } })).toMatchObject({
      metrics_login: "certificate",
      metrics_secret: "app.client",
    });
  });

  it("carries the job's name", () => {
    expect(meta({ job: "shop" })).toMatchObject({ metrics_job: "shop" });
  });

  it.each([
    ["a name", { "match[]": "up" }, 'metrics_param_match[] = "up"'],
    ["a value", { query: "a".repeat(513) }, "metrics_param_query = "],
  ])("refuses parameters with %s that Consul does not take", (_, params, what) => {
    expect(() => meta({ params })).toThrow(`lab: app: metrics of app: Consul's catalogue cannot hold ${what}`);
  });
});
