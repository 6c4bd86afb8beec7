import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import type { ITerraformDependable } from "cdktf";
import type { PlatformEnvironment } from "../core/environment";
import type { Lowering } from "../core/launch";
import type { OrderedStep } from "../core/order";
import type { AwsGroupStack } from "./aws-group-stack";
import { stepContainer } from "./container-definitions";
import { definitionText } from "./definition-text";
import { fargateSize, onFargate } from "./fargate-size";
import { repositoryArns } from "./image-names";
import { logGroup } from "./logs";
import { ManagedComponent } from "./managed-component";
import { add } from "./resource";
import { permitted, taskContext } from "./task-context";
import { executionRole, taskRole } from "./task-roles";

const stepResources = { cpus: 0.25, memoryMiB: 256 };

/**
 * Runs a step as a task of its own when Terraform creates what this returns: once in each deployment that changes
 * the step, one of its secrets or a managed service that it sets up, however many tasks its consumers have.
 */
export function stepTask(
  stack: AwsGroupStack,
  { id, component, step, uses }: OrderedStep,
  after: readonly ITerraformDependable[],
  lowering: Lowering,
): LambdaInvocation {
  const { foundation, environment } = stack;
  const log = logGroup(stack, stack, id, `/datalab/${environment.name}/${id}`, foundation.keyArn);
  const execution = executionRole(stack, stack, id, {
    logGroupArn: log.arn,
    secretArns: uses.secrets.map((secret) => foundation.secrets.of(secret).arn),
    keyArn: foundation.keyArn,
    repositoryArns: repositoryArns([step.image], foundation),
  });
  const owner = { environment: environment.name, component, unit: `step "${step.name}"` };
  const role = taskRole(stack, stack, id, permitted(uses, owner));
  const task = add(EcsTaskDefinition, stack, id, {
    family: stack.named(id).replaceAll(/[^A-Za-z0-9_-]/g, "-"),
    ...onFargate(fargateSize(id, { ...stepResources, ...(step.memoryMiB ? { memoryMiB: step.memoryMiB } : {}) })),
    skipDestroy: true,
    executionRoleArn: execution.arn,
    ...(role ? { taskRoleArn: role.arn } : {}),
    containerDefinitions: definitionText(
      [stepContainer(step, uses.secrets, taskContext(stack, log.name, lowering))],
      owner,
    ),
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
      standsOn: identities(environment, [component, ...uses.endpoints.map(({ owner }) => owner)]),
    }),
    dependsOn: [
      ...after,
      ...execution.ready,
      ...(role?.ready ?? []),
      ...foundation.securityGroups.openToSteps(stack, uses.endpoints),
    ],
  });
}

/** What tells managed services from those that they replaced: behind the same address, a new one has to be set up too. */
function identities(environment: PlatformEnvironment, components: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...new Set(components)].sort().flatMap((name) => {
      const component = environment.component(name);
      const identity = component instanceof ManagedComponent ? component.identity : undefined;
      return identity === undefined ? [] : [[name, identity]];
    }),
  );
}
