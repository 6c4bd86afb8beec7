import { replicaNames, type Service } from "../core/component-record";
import { isWithout } from "../core/service-spec";
import { probedEndpoint } from "../core/health-probe";

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
      port: probedEndpoint(service.spec.health).port,
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

function check(host: string, service: Service): object {
  const { health } = service.spec;
  const { port, scheme } = probedEndpoint(service.spec.health);
  const probe = "http" in health ? { http: `${scheme}://${host}:${port}${health.path}` } : { tcp: `${host}:${port}` };
  return { name: `${host} answers`, ...probe, interval: checkInterval, timeout: "5s" };
}
