import { EcsTaskDefinition, type EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import type { Lowering } from "../core/launch";
import type { OrderedService } from "../core/order";
import type { AwsGroupStack } from "./aws-group-stack";
import { serviceDefinition } from "./container-definitions";
import { fargateSize, onFargate } from "./fargate-size";
import { fileSystemPort, type MountedVolume } from "./file-system";
import { taskImage } from "./image-names";
import { logGroup } from "./logs";
import { allow, type Statement } from "./policy";
import { add } from "./resource";
import { permitted, taskContext } from "./task-context";
import { executionRole, taskRole } from "./task-roles";

/** A task definition, and what came with it. */
export interface Task {
  readonly definition: EcsTaskDefinition;
  readonly logGroup: string;
  readonly ready: readonly ITerraformDependable[];
}

/** Makes the task definition of a service: its container, size, roles, log and volumes. */
export function taskDefinition(stack: AwsGroupStack, { service, uses }: OrderedService, lowering: Lowering): Task {
  const { component, name, spec } = service;
  const { foundation, environment } = stack;
  const { repositoryArn } = taskImage(spec.image, foundation);
  const log = logGroup(stack, component, name, `/datalab/${environment.name}/${name}`, foundation.keyArn);
  const volumes = (spec.data ?? []).map((volume) => ({
    ...volume,
    mounted: foundation.fileSystem.volume(`${name}-${volume.name}`, volume),
  }));
  const execution = executionRole(stack, component, name, {
    logGroupArn: log.arn,
    secretArns: uses.secrets.map((secret) => foundation.secrets.of(secret).arn),
    keyArn: foundation.keyArn,
    repositoryArn,
  });
  const role = taskRole(stack, component, name, [
    ...permitted(uses),
    ...volumes.map(({ mounted }) => mountStatement(mounted)),
  ]);
  const size = fargateSize(`${environment.name}.sizes.${component.name}`, spec.resources);
  const task = add(EcsTaskDefinition, component, name, {
    family: stack.named(name),
    ...onFargate(size),
    // ECS goes back to it when the next one fails, and operators look up what ran.
    skipDestroy: true,
    executionRoleArn: execution.arn,
    ...(role ? { taskRoleArn: role.arn } : {}),
    containerDefinitions: serviceDefinition(service, uses.secrets, taskContext(stack, log.name, lowering)),
    ...(volumes.length === 0 ? {} : { volume: volumes.map(({ name, mounted }) => efsVolume(name, mounted)) }),
  });
  return {
    definition: task,
    logGroup: log.name,
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
