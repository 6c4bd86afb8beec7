import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import type { Lowering } from "../core/launch";
import type { OrderedService } from "../core/order";
import type { AwsGroupStack } from "./aws-group-stack";
import { type ContainerDefinition, serviceContainer } from "./container-definitions";
import { definitionText } from "./definition-text";
import { diskOnFargate, fargateSize, onFargate } from "./fargate-size";
import { fileSystemPort } from "./file-system";
import { repositoryArns } from "./image-names";
import { logGroup, logGroupName } from "./logs";
import { add } from "./resource";
import { permitted, taskContext } from "./task-context";
import { executionRole, taskRole } from "./task-roles";
import { taskVolumes, volumeDefinitions, volumeStatements } from "./task-volumes";
import { volumePreparation } from "./volume-preparation";

/** A task definition, and what came with it. */
export interface Task {
  readonly definition: EcsTaskDefinition;
  readonly logGroup: string;
  readonly ready: readonly ITerraformDependable[];
}

/** Makes the task definition of a service: its containers, size, roles, log and volumes. */
export function taskDefinition(stack: AwsGroupStack, { service, uses }: OrderedService, lowering: Lowering): Task {
  const { component, name, spec } = service;
  const { foundation, environment } = stack;
  const log = logGroup(stack, component, name, logGroupName(environment.name, name), foundation.keyArn);
  const volumes = taskVolumes(stack, service);
  const context = taskContext(stack, log.name, lowering);
  const preparation = volumePreparation(name, volumes, context);
  const execution = executionRole(stack, component, name, {
    logGroupArn: log.arn,
    secretArns: uses.secrets.map((secret) => foundation.secrets.of(secret).arn),
    keyArn: foundation.keyArn,
    repositoryArns: repositoryArns([spec.image, ...(preparation ? [preparation.image] : [])], foundation),
  });
  const owner = { environment: environment.name, component: component.name, unit: name };
  const role = taskRole(stack, component, name, [...permitted(uses, owner), ...volumeStatements(volumes)]);
  const size = fargateSize(`${environment.name}.sizes.${component.name}`, spec.resources);
  const containers: ContainerDefinition[] = [
    serviceContainer(service, uses.secrets, volumes, preparation?.container.name, context),
    ...(preparation ? [preparation.container] : []),
  ];
  const task = add(EcsTaskDefinition, component, name, {
    family: stack.named(name),
    ...onFargate(size),
    // ECS goes back to it when the next one fails, and operators look up what ran.
    skipDestroy: true,
    executionRoleArn: execution.arn,
    ...(role ? { taskRoleArn: role.arn } : {}),
    containerDefinitions: definitionText(containers, owner),
    ...(volumes.length === 0 ? {} : { volume: volumeDefinitions(volumes) }),
    ...diskOnFargate(spec.scratch),
  });
  return {
    definition: task,
    logGroup: log.name,
    ready: [
      ...execution.ready,
      ...(role?.ready ?? []),
      ...volumes.flatMap(({ onFileSystem }) =>
        onFileSystem === undefined
          ? []
          : foundation.securityGroups.openShared(
              component,
              { name: "file-system", securityGroupId: onFileSystem.securityGroupId },
              fileSystemPort,
            ),
      ),
    ],
  };
}
