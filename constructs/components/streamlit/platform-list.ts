import { type ComponentRecord, replicaNames } from "../../core/component-record";
import type { PlatformEnvironment } from "../../core/environment";
import type { GroupStack } from "../../core/group-stack";
import { type Endpoint, type Expr, join, text } from "../../core/reference";

/**
 * The environment's components as JSON, with the addresses that work from the operator's machine. Call it when all of
 * them exist. References are loose: who shows addresses neither waits for what is there nor goes down with it.
 */
export function platformList(environment: PlatformEnvironment, { runtime }: GroupStack): Expr {
  const published = (endpoint: Endpoint): boolean => runtime.operatorPort(endpoint) !== undefined;
  const components = environment.components
    // Users of the engine's proxies reach them, and nobody else.
    .filter(({ engineMode }) => engineMode === undefined)
    .map((component) => componentJson(component, component.endpoints.filter(published)));
  return text`{"environment":${JSON.stringify(environment.name)},"components":[${join(components, ",")}]}`;
}

function componentJson({ name, group, services }: ComponentRecord, endpoints: readonly Endpoint[]): Expr {
  const replicas = JSON.stringify(services.flatMap(replicaNames));
  const links = join(endpoints.map(linkJson), ",");
  return text`{"name":${JSON.stringify(name)},"group":${JSON.stringify(group)},"replicas":${replicas},"links":[${links}]}`;
}

/** Nothing in an address has to be escaped: host names, ports, and paths of pages. */
function linkJson(endpoint: Endpoint): Expr {
  const { authority, url } = endpoint.from("operator");
  const page = endpoint.page === false ? text`` : text`${url}${endpoint.page}`;
  return text`{"name":${JSON.stringify(endpoint.name)},"url":"${authority}","page":"${page}"}`.loose();
}
