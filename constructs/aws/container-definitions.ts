import { hasSecret, launchScript, type Lowering, plainText, stepScript } from "../core/launch";
import type { Expr, Secret, Step } from "../core/reference";
import type { Service } from "../core/component-record";
import type { ServiceSpec } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { secretVariable } from "./secret-variables";
import { taskHealth } from "./task-health";

/** Longest time between the request to stop and the kill on Fargate, in seconds. */
const longestStop = 120;
/** Largest task definition that ECS registers, in bytes. */
const largestDefinition = 65_536;

/** A container of a task, as ECS describes it. */
type ContainerDefinition = Readonly<Record<string, unknown>>;

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

/**
 * The container of a service, as the JSON that ECS takes.
 *
 * @throws Error when it is larger than ECS allows.
 */
export function serviceDefinition(service: Service, secrets: readonly Secret[], context: TaskContext): string {
  return definitions(service.name, main(service, secrets, context));
}

/**
 * The container of a step, as the JSON that ECS takes.
 *
 * @throws Error when it is larger than ECS allows.
 */
export function stepDefinition(id: string, step: Step, secrets: readonly Secret[], context: TaskContext): string {
  return definitions(id, {
    name: "step",
    image: context.image(step.image),
    essential: true,
    entryPoint: ["/bin/sh", "-c", literal(stepScript(step, context.lowering))],
    command: [],
    environment: variables(step.env, context.lowering),
    secrets: secretVariables(secrets, context),
    logConfiguration: logConfiguration(context, "step"),
  });
}

function definitions(name: string, container: ContainerDefinition): string {
  const json = JSON.stringify([container]);
  if (Buffer.byteLength(json) > largestDefinition) {
    throw new Error(`${name}: its task definition is larger than ${largestDefinition} bytes; shorten its files`);
  }
  return json;
}

function main({ name, spec }: Service, secrets: readonly Secret[], context: TaskContext): ContainerDefinition {
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
    healthCheck: taskHealth(spec.health, context.lowering),
    stopTimeout: Math.min(spec.stopGraceSeconds, longestStop),
    ...rightsOf(spec),
    logConfiguration: logConfiguration(context, name),
  };
}

/** What a container has on Docker, and so on Fargate, unless it is taken away. Fargate can take away, and add nothing. */
const usualCapabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** The account, rights and limits of a service's container. */
function rightsOf(spec: ServiceSpec): ContainerDefinition {
  const kept = spec.capabilities ?? (spec.image.kind === "own" ? [] : undefined);
  const drop = kept === undefined ? [] : usualCapabilities.filter((one) => !kept.includes(`CAP_${one}`));
  const linuxParameters = {
    ...(spec.processInit ? { initProcessEnabled: true } : {}),
    ...(drop.length === 0 ? {} : { capabilities: { drop } }),
  };
  return {
    ...(spec.user === undefined ? {} : { user: spec.user }),
    ...(spec.readOnlyRoot === true ? { readonlyRootFilesystem: true } : {}),
    ...(spec.openFiles === undefined
      ? {}
      : { ulimits: [{ name: "nofile", softLimit: spec.openFiles, hardLimit: spec.openFiles }] }),
    ...(Object.keys(linuxParameters).length === 0 ? {} : { linuxParameters }),
  };
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
