import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import type { ITerraformDependable } from "cdktf";
import type { Lowering } from "../core/launch";
import type { OrderedStep } from "../core/order";
import type { AwsGroupStack } from "./aws-group-stack";
import { stepDefinition } from "./container-definitions";
import { fargateSize, onFargate } from "./fargate-size";
import { taskImage } from "./image-names";
import { logGroup } from "./logs";
import { add } from "./resource";
import { permitted, taskContext } from "./task-context";
import { executionRole, taskRole } from "./task-roles";

const stepResources = { cpus: 0.25, memoryMiB: 256 };

/**
 * Runs a step as a task of its own when Terraform creates what this returns: once in each deployment that changes
 * the step or one of its secrets, however many tasks its consumers have.
 */
export function stepTask(
  stack: AwsGroupStack,
  { id, step, uses }: OrderedStep,
  after: readonly ITerraformDependable[],
  lowering: Lowering,
): LambdaInvocation {
  const { foundation, environment } = stack;
  const log = logGroup(stack, stack, id, `/datalab/${environment.name}/${id}`, foundation.keyArn);
  const execution = executionRole(stack, stack, id, {
    logGroupArn: log.arn,
    secretArns: uses.secrets.map((secret) => foundation.secrets.of(secret).arn),
    keyArn: foundation.keyArn,
    repositoryArn: taskImage(step.image, foundation).repositoryArn,
  });
  const role = taskRole(stack, stack, id, permitted(uses));
  const task = add(EcsTaskDefinition, stack, id, {
    family: stack.named(id).replaceAll(/[^A-Za-z0-9_-]/g, "-"),
    ...onFargate(fargateSize(id, { ...stepResources, ...(step.memoryMiB ? { memoryMiB: step.memoryMiB } : {}) })),
    skipDestroy: true,
    executionRoleArn: execution.arn,
    ...(role ? { taskRoleArn: role.arn } : {}),
    containerDefinitions: stepDefinition(id, step, uses.secrets, taskContext(stack, log.name, lowering)),
  });
  return add(LambdaInvocation, stack, id, {
    functionName: foundation.stepRunner.functionName,
    input: JSON.stringify({
      step: id,
      cluster: foundation.cluster.arn,
      taskDefinition: task.arn,
      subnets: foundation.network.privateSubnetIds,
      securityGroups: [foundation.securityGroups.ofSteps(stack)],
      logGroup: log.name,
    }),
    dependsOn: [
      ...after,
      ...execution.ready,
      ...(role?.ready ?? []),
      ...foundation.securityGroups.openToSteps(stack, uses.endpoints),
    ],
  });
}
