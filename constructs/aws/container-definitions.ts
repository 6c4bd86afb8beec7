import { hasSecret, launchScript, type Lowering, plainText, stepScript } from "../core/launch";
import type { Expr, Secret, Step } from "../core/reference";
import type { Service } from "../core/component-record";
import type { ServiceSpec } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { secretVariable } from "./secret-variables";
import { taskHealth } from "./task-health";
import type { TaskVolume } from "./task-volumes";

/** Longest time between the request to stop and the kill on Fargate, in seconds. */
const longestStop = 120;

/** A container of a task, as ECS describes it. */
export interface ContainerDefinition {
  readonly name: string;
  readonly [field: string]: unknown;
}

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

/** The container of a step. */
export function stepContainer(step: Step, secrets: readonly Secret[], context: TaskContext): ContainerDefinition {
  return {
    name: "step",
    image: context.image(step.image),
    essential: true,
    entryPoint: ["/bin/sh", "-c", literal(stepScript(step, context.lowering))],
    command: [],
    environment: variables(step.env, context.lowering),
    secrets: secretVariables(secrets, context),
    logConfiguration: logConfiguration(context, "step"),
  };
}

/**
 * The container of a service.
 *
 * @param first name of the container that has to end well before it starts, if there is one
 */
export function serviceContainer(
  { name, spec }: Service,
  secrets: readonly Secret[],
  volumes: readonly TaskVolume[],
  first: string | undefined,
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
    mountPoints: volumes.map((volume) => ({
      sourceVolume: volume.name,
      containerPath: literal(volume.path),
      ...(volume.readOnly ? { readOnly: true } : {}),
    })),
    ...(first === undefined ? {} : { dependsOn: [{ containerName: first, condition: "SUCCESS" }] }),
    healthCheck: taskHealth(spec.health, context.lowering),
    stopTimeout: Math.min(spec.stopGraceSeconds, longestStop),
    ...rightsOf(spec),
    logConfiguration: logConfiguration(context, name),
  };
}

/** What a container has on Docker, and so on Fargate, unless it is taken away. Fargate can take away, and add nothing. */
export const usualCapabilities = [
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
function rightsOf(spec: ServiceSpec): Omit<ContainerDefinition, "name"> {
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
export function logConfiguration(
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
