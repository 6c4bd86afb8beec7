import { EcsTaskDefinition, type EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import type { Lowering } from "../core/launch";
import type { Address, Endpoint, Permission, Secret } from "../core/reference";
import type { Uses } from "../core/uses";
import type { OrderedService, OrderedStep } from "../core/order";
import type { AwsGroupStack } from "./aws-group-stack";
import { containerDefinitions, type TaskContext } from "./container-definitions";
import { fargateSize } from "./fargate-size";
import { fileSystemPort, type MountedVolume } from "./file-system";
import { taskImage } from "./image-names";
import { logGroup } from "./logs";
import { allow, type Statement } from "./policy";
import { add } from "./resource";
import { secretInShell } from "./secret-variables";
import { executionRole, taskRole } from "./task-roles";

/** A task definition, and what came with it. */
export interface Task {
  readonly definition: EcsTaskDefinition;
  readonly logGroup: string;
  /** Endpoints of others that its containers connect to. */
  readonly endpoints: readonly Endpoint[];
  readonly ready: readonly ITerraformDependable[];
}

/** Makes the task definition of a service: its containers and steps, size, roles, log and volumes. */
export function taskDefinition(
  stack: AwsGroupStack,
  { service, uses }: OrderedService,
  before: readonly OrderedStep[],
  later: readonly OrderedStep[],
  address: (address: Address) => string,
): Task {
  const { component, name, spec } = service;
  const { foundation, environment } = stack;
  const steps = [...before, ...later];
  const secrets = unique([...uses.secrets, ...steps.flatMap((step) => step.uses.secrets)]);
  const images = [spec.image, ...steps.map(({ step }) => step.image)].map((image) => taskImage(image, foundation));
  const log = logGroup(stack, component, name, `/datalab/${environment.name}/${name}`, foundation.keyArn);
  const volumes = (spec.data ?? []).map((volume) => ({
    ...volume,
    mounted: foundation.fileSystem.volume(`${name}-${volume.name}`, volume),
  }));

  const execution = executionRole(stack, component, name, {
    logGroupArn: log.arn,
    secretArns: secrets.map((secret) => foundation.secrets.of(secret).arn),
    keyArn: foundation.keyArn,
    repositoryArns: unique(images.flatMap(({ repositoryArn }) => repositoryArn ?? [])),
  });
  const role = taskRole(stack, component, name, [
    ...permissionsOf([uses, ...steps.map((step) => step.uses)]).map(({ actions, resources }) =>
      allow(actions, resources),
    ),
    ...volumes.map(({ mounted }) => mountStatement(mounted)),
  ]);
  const size = fargateSize(`${environment.name}.sizes.${component.name}`, {
    cpus: spec.resources.cpus,
    memoryMiB: Math.max(spec.resources.memoryMiB, ...steps.map(({ step }) => step.memoryMiB ?? 0)),
  });
  const task = add(EcsTaskDefinition, component, name, {
    family: stack.named(name),
    // ECS goes back to it when the next one fails, and operators look up what ran.
    skipDestroy: true,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    cpu: String(size.cpu),
    memory: String(size.memoryMiB),
    executionRoleArn: execution.arn,
    ...(role ? { taskRoleArn: role.arn } : {}),
    containerDefinitions: containerDefinitions(
      service,
      uses.secrets,
      before.map(({ id, step, uses: { secrets } }) => ({ id, step, secrets })),
      later.map(({ id, step, uses: { secrets } }) => ({ id, step, secrets })),
      context(stack, log.name, { address, secretInShell }),
    ),
    ...(volumes.length === 0 ? {} : { volume: volumes.map(({ name, mounted }) => efsVolume(name, mounted)) }),
  });
  return {
    definition: task,
    logGroup: log.name,
    endpoints: unique([uses, ...steps.map((step) => step.uses)].flatMap(({ endpoints }) => endpoints)).filter(
      ({ owner }) => owner !== component.name,
    ),
    ready: [
      ...execution.ready,
      ...(role?.ready ?? []),
      ...volumes.flatMap(({ mounted }) =>
        foundation.securityGroups.openShared(
          component,
          { name: "file-system", securityGroupId: mounted.securityGroupId },
          fileSystemPort,
        ),
      ),
    ],
  };
}

function context(stack: AwsGroupStack, logGroupName: string, lowering: Lowering): TaskContext {
  return {
    lowering,
    logGroup: logGroupName,
    region: stack.aws.region,
    image: (image) => taskImage(image, stack.foundation).reference,
    valueFrom: (secret: Secret) => stack.foundation.secrets.of(secret).valueFrom,
  };
}

/** Lets a task mount its own volume, and no other of the file system. */
function mountStatement({ fileSystemArn, accessPointArn }: MountedVolume): Statement {
  return {
    ...allow(["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], [fileSystemArn]),
    Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn } },
  };
}

function efsVolume(name: string, { fileSystemId, accessPointId }: MountedVolume): EcsTaskDefinitionVolume {
  return {
    name,
    efsVolumeConfiguration: {
      fileSystemId,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId, iam: "ENABLED" },
    },
  };
}

/** Each permission once, by its name. */
function permissionsOf(all: readonly Uses[]): Permission[] {
  const permissions = all.flatMap(({ needs }) => needs.flatMap((need) => need.permissions ?? []));
  return [...new Map(permissions.map((permission) => [permission.name, permission])).values()];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
