import { isDeepStrictEqual } from "node:util";
import { type ComponentRecord, replicaNames, type Service } from "./component-record";
import type { Dashboard } from "./dashboard";
import { type AlertRule, isExporter, type Metrics } from "./observability";
import type { Endpoint, Expr } from "./reference";
import { refuse } from "./refusal";
import { isWithout } from "./without";

/** A metrics endpoint, with everything that a scrape needs to know. */
export interface ScrapeTarget {
  /** The observed component, even where an exporter shows its metrics. */
  readonly component: string;
  /** The group that the service is in. */
  readonly group: string;
  /** The service that answers. */
  readonly service: string;
  /** Host names of its replicas, where each has a name of its own. */
  readonly hosts: readonly string[];
  readonly endpoint: Endpoint;
  /** `host:port`, loose: whoever scrapes it neither waits for it nor goes down with it. */
  readonly address: Expr;
  readonly scheme: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly job: string;
  /** Undefined where no log-in is needed. */
  readonly login: Metrics["login"];
}

/** A page that operators open, as something inside the platform asks for it. */
export interface PublishedPage {
  readonly component: string;
  readonly group: string;
  readonly service: string;
  /** Host names of the replicas of its service, where each has a name of its own. */
  readonly hosts: readonly string[];
  readonly endpoint: Endpoint;
  /** Path of the page. */
  readonly path: string;
  /** Whether somebody without a log-in may be refused there. */
  readonly asksForLogin: boolean;
}

/** What is observed: an environment with all its components. */
export interface Observed {
  readonly name: string;
  readonly components: readonly ComponentRecord[];
}

/** Something that a component brings, with the component's name. */
export interface Brought<T> {
  readonly component: string;
  readonly value: T;
}

/** Everything that it takes to observe an environment. */
export interface EnvironmentObservability {
  readonly targets: readonly ScrapeTarget[];
  readonly pages: readonly PublishedPage[];
  /** Each rule once, however many replicas or equal services bring it. */
  readonly rules: readonly Brought<AlertRule>[];
  /** Makes the dashboards, each once. */
  readonly dashboards: () => readonly Brought<Dashboard>[];
}

/**
 * All metrics endpoints, alert rules and dashboards of an environment, free of any target. Call it when all
 * components exist: in a `late` value, or after the environment is built.
 *
 * @throws ConfigurationError when two different rules have one name; `dashboards` does so for two titles.
 */
export function observabilityOf({ name: environment, components }: Observed): EnvironmentObservability {
  const services = components.flatMap((component) => component.services);
  return {
    targets: services.flatMap(targetsOf),
    pages: services.flatMap(pagesOf),
    rules: unified(environment, "alert rule", services.flatMap(rulesOf), ({ alert }) => alert),
    dashboards: () => unified(environment, "dashboard", services.flatMap(dashboardsOf), ({ title }) => title),
  };
}

function targetsOf(service: Service): ScrapeTarget[] {
  const { component, name, spec } = service;
  const { metrics } = spec.observability;
  if (isWithout(metrics) || isExporter(metrics)) return [];
  const { endpoint, path, params = {}, login, job = name } = metrics;
  return [
    {
      component: component.observes ?? component.name,
      group: component.group,
      service: name,
      hosts: replicaNames(service),
      endpoint,
      address: endpoint.authority.loose(),
      scheme: endpoint.scheme,
      path,
      params,
      job,
      login,
    },
  ];
}

/** The pages of a service that are there all the time. */
export function pagesOf(service: Service): PublishedPage[] {
  const { component, name, spec } = service;
  return spec.endpoints.flatMap((endpoint) => {
    const { scheme, page, operatorPort, intermittent } = endpoint;
    if (!scheme.startsWith("http") || page === false || operatorPort === undefined || intermittent) return [];
    const asksForLogin = (spec.logins ?? []).some((login) => login.endpoint === endpoint);
    return [
      {
        component: component.name,
        group: component.group,
        service: name,
        hosts: replicaNames(service),
        endpoint,
        path: page,
        asksForLogin,
      },
    ];
  });
}

function rulesOf({ component, spec }: Service): Brought<AlertRule>[] {
  const { alerts } = spec.observability;
  return isWithout(alerts) ? [] : alerts.map((value) => ({ component: component.name, value }));
}

function dashboardsOf({ component, spec }: Service): Brought<Dashboard>[] {
  const { dashboard } = spec.observability;
  return isWithout(dashboard) ? [] : [{ component: component.name, value: dashboard() }];
}

/** The first of each name; equal ones are one, different ones under one name are refused. */
function unified<T extends object>(
  environment: string,
  kind: string,
  all: readonly Brought<T>[],
  nameOf: (value: T) => string,
): Brought<T>[] {
  const byName = new Map<string, Brought<T>>();
  for (const brought of all) {
    const name = nameOf(brought.value);
    const first = byName.get(name);
    if (!first) byName.set(name, brought);
    else if (!isDeepStrictEqual(first.value, brought.value)) {
      const other = first.component === brought.component ? "another of its services" : first.component;
      throw refuse({
        environment,
        component: brought.component,
        field: `${kind} "${name}"`,
        reason: `${other} has a different one of this name`,
        remedy: "Give one of them another name, or make them equal.",
      });
    }
  }
  return [...byName.values()];
}
