import type { Construct } from "constructs";
import { replicaNames, type Service } from "./component-record";
import { Component } from "./component";
import type { PlatformEnvironment } from "./environment";
import type { GroupStack } from "./group-stack";
import { type BesideExporter, isExporter } from "./observability";
import { Expr } from "./reference";
import { refuse } from "./refusal";

const defaultMemoryMiB = 64;
/** In a small environment; the exporters take 10 at rest. */
const smallMemoryMiB = 40;

/**
 * Adds the exporters that services declare. Called once, when all components exist.
 *
 * @param stacks the environment's groups
 * @throws ConfigurationError for an exporter of a service with replicas.
 */
export function addExporters(environment: PlatformEnvironment, stacks: readonly GroupStack[]): void {
  for (const service of environment.components.flatMap(({ services }) => services)) {
    const { metrics, beside } = service.spec.observability;
    const stack = stackOfExporter(service, stacks);
    if (isExporter(metrics)) {
      refuseReplicas(environment, service);
      new ExporterComponent(stack, service, {
        ...metrics.exporter,
        name: `${service.name}-exporter`,
        job: service.name,
      });
    }
    if (beside) new ExporterComponent(stack, service, { ...beside, job: beside.name });
  }
}

/** The group that exporters run in: the monitoring group, or that of the observed component where there is none. */
function stackOfExporter({ component }: Service, stacks: readonly GroupStack[]): GroupStack {
  const found = stacks.find(({ group }) => group === "monitoring") ?? stacks.find(({ id }) => id === component.stackId);
  if (!found) throw new Error(`${component.name} is in none of the environment's groups`);
  return found;
}

function refuseReplicas(environment: PlatformEnvironment, service: Service): void {
  if (replicaNames(service).length === 1 && service.spec.replicas === undefined) return;
  throw refuse({
    environment: environment.name,
    component: service.component.name,
    field: `metrics of ${service.name}`,
    reason: "one exporter would see another of its replicas each time",
    remedy: "Run a service for each, every one with its exporter, or let the software show its own metrics.",
  });
}

/** An exporter with its own name and the label `job` of what it shows. */
interface NamedExporter extends BesideExporter {
  readonly job: string;
}

/** The side service of one observed service. */
class ExporterComponent extends Component {
  readonly observes: string;

  constructor(scope: Construct, observed: Service, spec: NamedExporter) {
    super(scope, spec.name);
    const { memoryMiB = defaultMemoryMiB, health } = spec;
    const metrics = this.endpoint("metrics", { port: spec.port, scheme: "http", page: false });
    this.observes = observed.component.name;
    this.run({
      image: spec.image,
      entrypoint: spec.entrypoint,
      ...(spec.command ? { command: spec.command.map(loose) } : {}),
      env: Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, loose(value)])),
      endpoints: [metrics],
      health: { http: metrics, ...health, intervalSeconds: 5 },
      resources: {
        cpus: 0.25,
        memoryMiB,
        minimumMemoryMiB: Math.min(memoryMiB, 32),
        ...(spec.memoryMiB === undefined ? { small: { memoryMiB: smallMemoryMiB } } : {}),
      },
      stopGraceSeconds: 10,
      observability: {
        metrics: { endpoint: metrics, path: spec.path ?? "/metrics", job: spec.job },
        alerts: { none: `the rules of ${observed.name} use what it shows` },
        dashboard: { none: `the dashboard of ${observed.name} shows it` },
      },
    });
  }
}

function loose(value: string | Expr): string | Expr {
  return value instanceof Expr ? value.loose() : value;
}
