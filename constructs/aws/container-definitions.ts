import { hasSecret, launchScript, type Lowering, plainText, stepScript } from "../core/launch";
import type { Step } from "../core/reference";
import type { Expr, Secret } from "../core/reference";
import type { Service } from "../core/component-record";
import { literal } from "../core/terraform-text";
import { secretVariable } from "./secret-variables";
import { taskHealth } from "./task-health";

/** Longest time between the request to stop and the kill on Fargate, in seconds. */
const longestStop = 120;
/** Largest task definition that ECS registers, in bytes. */
const largestDefinition = 65_536;

/** A container of a task, as ECS describes it. */
export type ContainerDefinition = Readonly<Record<string, unknown>>;

/** What the definitions need to know of the target. */
export interface TaskContext {
  readonly lowering: Lowering;
  /** Where each container's log goes. */
  readonly logGroup: string;
  readonly region: string;
  image(image: Step["image"]): string;
  /** What ECS reads the secret from. */
  valueFrom(secret: Secret): string;
}

/** A step with the secrets that it uses. */
export interface TaskStep {
  readonly id: string;
  readonly step: Step;
  readonly secrets: readonly Secret[];
}

/**
 * All containers of a task: the steps before, one after the other, then the service itself, then the steps
 * that need the service to be healthy. A step that fails keeps the service from starting.
 *
 * @throws Error when the definition is larger than ECS allows.
 */
export function containerDefinitions(
  service: Service,
  secrets: readonly Secret[],
  before: readonly TaskStep[],
  after: readonly TaskStep[],
  context: TaskContext,
): string {
  const names = [service.name, ...before.map(stepName), ...after.map(stepName)];
  const json = JSON.stringify([
    main(service, secrets, before.at(-1), context),
    ...before.map((step, index) => stepContainer(step, context, chained(before[index - 1]))),
    ...after.map((step, index) =>
      stepContainer(
        step,
        context,
        index === 0 ? [{ containerName: service.name, condition: "HEALTHY" }] : chained(after[index - 1]),
      ),
    ),
  ]);
  if (new Set(names).size !== names.length) throw new Error(`${service.name}: two steps have the same name`);
  if (Buffer.byteLength(json) > largestDefinition) {
    throw new Error(
      `${service.name}: its task definition is larger than ${largestDefinition} bytes; shorten its files`,
    );
  }
  return json;
}

function main(
  { name, spec }: Service,
  secrets: readonly Secret[],
  previous: TaskStep | undefined,
  context: TaskContext,
): ContainerDefinition {
  const launch = launchScript(name, spec, spec.files ?? {}, context.lowering);
  const entryPoint = launch === undefined ? spec.entrypoint : ["/bin/sh", "-c", launch, "--"];
  return {
    name,
    image: context.image(spec.image),
    essential: true,
    ...(entryPoint ? { entryPoint: entryPoint.map(literal) } : {}),
    ...(spec.command ? { command: spec.command.map((word) => literal(plainText(word, context.lowering))) } : {}),
    environment: variables(spec.env, context.lowering),
    secrets: secretVariables(secrets, context),
    portMappings: spec.endpoints
      .map((endpoint) => ({ containerPort: endpoint.port, protocol: endpoint.protocol }))
      .sort((a, b) => a.containerPort - b.containerPort),
    mountPoints: (spec.data ?? []).map((volume) => ({ sourceVolume: volume.name, containerPath: volume.path })),
    dependsOn: chained(previous),
    healthCheck: taskHealth(spec.health, context.lowering),
    stopTimeout: Math.min(spec.stopGraceSeconds, longestStop),
    ...(spec.processInit ? { linuxParameters: { initProcessEnabled: true } } : {}),
    logConfiguration: logConfiguration(context, name),
  };
}

function stepContainer(
  taskStep: TaskStep,
  context: TaskContext,
  dependsOn: readonly { containerName: string; condition: string }[],
): ContainerDefinition {
  const { step, secrets } = taskStep;
  const name = stepName(taskStep);
  return {
    name,
    image: context.image(step.image),
    essential: false,
    entryPoint: ["/bin/sh", "-c", literal(stepScript(step, context.lowering))],
    command: [],
    environment: variables(step.env, context.lowering),
    secrets: secretVariables(secrets, context),
    dependsOn,
    logConfiguration: logConfiguration(context, name),
  };
}

function stepName({ id }: TaskStep): string {
  return id;
}

function chained(previous: TaskStep | undefined): { containerName: string; condition: string }[] {
  return previous ? [{ containerName: stepName(previous), condition: "SUCCESS" }] : [];
}

function variables(
  env: Readonly<Record<string, string | Expr>>,
  lowering: Lowering,
): { name: string; value: string }[] {
  return Object.entries(env)
    .filter(([, value]) => !hasSecret(value))
    .map(([name, value]) => ({ name, value: literal(plainText(value, lowering)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function secretVariables(secrets: readonly Secret[], context: TaskContext): { name: string; valueFrom: string }[] {
  return secrets
    .map((secret) => ({ name: secretVariable(secret), valueFrom: context.valueFrom(secret) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The log driver of a container; a log that cannot be delivered must not hold the container up. */
function logConfiguration(
  { logGroup, region }: TaskContext,
  prefix: string,
): { logDriver: string; options: Record<string, string> } {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroup,
      "awslogs-region": region,
      "awslogs-stream-prefix": prefix,
      mode: "non-blocking",
      "max-buffer-size": "25m",
    },
  };
}
