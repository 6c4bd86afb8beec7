import type { ComponentRecord, Service } from "./component-record";
import { probedEndpoint } from "./health-probe";
import { isExporter } from "./observability";
import type { Endpoint } from "./reference";
import { refuse } from "./refusal";
import { isWithout } from "./without";

/**
 * Sees that every endpoint that a component declares is opened by the service at which it answers: otherwise
 * it would have an address in all listings, and no port.
 *
 * @throws ConfigurationError for the first that is not.
 */
export function checkEndpoints(environment: string, component: ComponentRecord): void {
  const { name, services, endpoints } = component;
  // What a cloud runs has no services of ours.
  if (services.length === 0) return;
  const refusal = (field: string, reason: string, remedy: string): Error =>
    refuse({ environment, component: name, field, reason, remedy });
  for (const endpoint of endpoints) {
    const home = services.find((service) => service.spec.endpoints.includes(endpoint));
    if (!home) {
      throw refusal(
        `endpoint "${endpoint.name}"`,
        "no service lists it in its `endpoints`, so nothing would answer at its address",
        "List it in the service at which it answers, or remove it.",
      );
    }
    if (home.name !== endpoint.service) {
      throw refusal(
        `endpoint "${endpoint.name}"`,
        `its host is ${endpoint.service}, and ${home.name} lists it in its \`endpoints\``,
        "Give it `service`, the name of the service at which it answers.",
      );
    }
  }
  for (const service of services) {
    for (const [field, endpoint] of usedByService(service)) {
      if (service.spec.endpoints.includes(endpoint)) continue;
      throw refusal(
        `${field} of ${service.name}`,
        `${endpoint.id} is not one of the service's own \`endpoints\``,
        "Use one of them.",
      );
    }
  }
}

function usedByService({ spec }: Service): [string, Endpoint][] {
  const { metrics } = spec.observability;
  return [
    ["health", probedEndpoint(spec.health)],
    ...(isWithout(metrics) || isExporter(metrics) ? [] : [["metrics", metrics.endpoint] satisfies [string, Endpoint]]),
    ...(spec.logins ?? []).map(({ endpoint }): [string, Endpoint] => ["logins", endpoint]),
  ];
}
