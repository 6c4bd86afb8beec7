import { replicaNames, type Service } from "../core/runtime";
import { isWithout } from "../core/service-spec";
import type { Endpoint } from "../core/reference";

const checkInterval = "10s";

/** Consul's service definitions of a group, one for each replica. */
export function serviceDefinitions(services: readonly Service[]): object[] {
  return services.flatMap((service) => {
    const { name, spec, component } = service;
    const metrics = isWithout(spec.observability.metrics) ? undefined : spec.observability.metrics;
    return replicaNames(service).map((host) => ({
      id: host,
      name,
      address: host,
      port: mainEndpoint(service).port,
      tags: metrics ? ["metrics"] : [],
      meta: {
        group: component.group,
        component: component.name,
        ...(metrics ? { metrics_port: String(metrics.endpoint.port), metrics_path: metrics.path } : {}),
      },
      check: check(host, service),
    }));
  });
}

function mainEndpoint({ spec }: Service): Endpoint {
  const { health } = spec;
  if ("http" in health) return health.http;
  return "tcp" in health ? health.tcp : health.answers;
}

function check(host: string, service: Service): object {
  const { health } = service.spec;
  const { port, scheme } = mainEndpoint(service);
  const probe = "http" in health ? { http: `${scheme}://${host}:${port}${health.path}` } : { tcp: `${host}:${port}` };
  return { name: `${host} answers`, ...probe, interval: checkInterval, timeout: "5s" };
}
