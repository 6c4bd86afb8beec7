import { replicaNames, type Service } from "../core/component-record";
import { probedEndpoint } from "../core/health-probe";
import { pagesOf } from "../core/observability-of";
import { isExporter, type Metrics, type MetricsLogin } from "../core/observability";
import { refuse } from "../core/refusal";
import { isWithout } from "../core/without";

const checkInterval = "10s";
/** Consul's own limits for what stands in a service's `meta`. */
const metaName = /^[A-Za-z0-9_-]{1,100}$/;
const metaLength = 512;

/**
 * Consul's service definitions of a group, one for each replica.
 *
 * @throws ConfigurationError for parameters of a scrape that Consul's `meta` cannot hold.
 */
export function serviceDefinitions(environment: string, services: readonly Service[]): object[] {
  return services.flatMap((service) => {
    const { name, spec, component } = service;
    const { metrics } = spec.observability;
    const scraped = isWithout(metrics) || isExporter(metrics) ? undefined : metrics;
    const meta = {
      group: component.group,
      component: component.observes ?? component.name,
      ...(scraped ? metricsMeta(service, scraped) : {}),
    };
    const metaOf = (host: string): Record<string, string> => ({ ...meta, ...pagesMeta(host, service) });
    for (const [key, value] of Object.entries(metaOf(name))) {
      if (metaName.test(key) && value.length <= metaLength) continue;
      throw refuse({
        environment,
        component: component.name,
        field: `metrics of ${name}`,
        reason: `Consul's catalogue cannot hold ${key} = ${JSON.stringify(value)}`,
        remedy: `Names consist of letters, digits, _ and -; values have at most ${metaLength} characters.`,
      });
    }
    return replicaNames(service).map((host) => ({
      id: host,
      name,
      address: host,
      port: probedEndpoint(service.spec.health).port,
      tags: scraped ? ["metrics"] : [],
      meta: metaOf(host),
      check: check(host, service),
    }));
  });
}

/** What a scrape needs to know. A log-in is given as the name of its secret; the value is nowhere in the catalogue. */
function metricsMeta({ name }: Service, metrics: Metrics): Record<string, string> {
  const { endpoint, path, params = {}, login, job = name } = metrics;
  return {
    metrics_port: String(endpoint.port),
    metrics_path: path,
    metrics_scheme: endpoint.scheme,
    metrics_job: job,
    ...Object.fromEntries(Object.entries(params).map(([key, value]) => [`metrics_param_${key}`, value])),
    ...(login ? loginMeta(login) : {}),
  };
}

/** The pages that operators open, each with its number. */
function pagesMeta(host: string, service: Service): Record<string, string> {
  const meta: Record<string, string> = {};
  for (const [index, { endpoint, path, asksForLogin }] of pagesOf(service).entries()) {
    const name = `page_${index + 1}`;
    meta[name] = `${endpoint.scheme}://${host}:${endpoint.port}${path}`;
    if (asksForLogin) meta[`${name}_login`] = "true";
  }
  return meta;
}

function loginMeta(login: MetricsLogin): Record<string, string> {
  if ("certificate" in login) return { metrics_login: "certificate", metrics_secret: login.certificate.id };
  if ("bearer" in login) return { metrics_login: "bearer", metrics_secret: login.bearer.id };
  return { metrics_login: "basic", metrics_user: login.user, metrics_secret: login.password.id };
}

function check(host: string, service: Service): object {
  const { health } = service.spec;
  const { port, scheme } = probedEndpoint(service.spec.health);
  const probe = "http" in health ? { http: `${scheme}://${host}:${port}${health.path}` } : { tcp: `${host}:${port}` };
  return { name: `${host} answers`, ...probe, interval: checkInterval, timeout: "5s" };
}
