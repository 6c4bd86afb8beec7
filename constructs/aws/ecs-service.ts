import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import { healthTiming } from "../core/health-probe";
import type { Service } from "../core/component-record";
import type { AwsGroupStack } from "./aws-group-stack";
import { autoscale, desiredCount, scalingOf } from "./autoscaling";
import { publish } from "./published-endpoint";
import { add } from "./resource";

/** What a service needs besides its spec. */
export interface ServiceNeeds {
  readonly taskDefinition: EcsTaskDefinition;
  readonly logGroup: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Runs a task definition on Fargate, under its name in the environment's DNS zone. A deployment that does not
 * become healthy is taken back, and the run of Terraform fails.
 */
export function ecsService(stack: AwsGroupStack, service: Service, needs: ServiceNeeds): EcsService {
  const { component, name, spec } = service;
  const { cluster, network, securityGroups, publicNames, nameService } = stack.foundation;
  const scaling = scalingOf(spec);
  const published = spec.endpoints
    .filter((endpoint) => publicNames.isPublic(endpoint))
    .map((endpoint) => publish(stack, stack.foundation, endpoint, spec));
  // Two tasks must not write to the same files, or both be the only one: the old one goes first.
  const exclusive = spec.singleton === true || (spec.data ?? []).length > 0;
  const registered = nameService.register(component, name);
  for (const alias of spec.aliases ?? []) if (alias !== name) nameService.alias(component, alias, name);
  const made = add(EcsService, component, name, {
    name,
    cluster: cluster.arn,
    taskDefinition: needs.taskDefinition.arn,
    desiredCount: desiredCount(spec),
    launchType: "FARGATE",
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
    deploymentMinimumHealthyPercent: exclusive ? 0 : 100,
    deploymentMaximumPercent: exclusive ? 100 : 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    waitForSteadyState: true,
    networkConfiguration: {
      subnets: [...network.privateSubnetIds],
      securityGroups: [securityGroups.of(component)],
      assignPublicIp: false,
    },
    serviceRegistries: { registryArn: registered },
    ...(published.length === 0
      ? {}
      : {
          loadBalancer: published.map(({ targetGroupArn, port }) => ({
            targetGroupArn,
            containerName: name,
            containerPort: port,
          })),
          healthCheckGracePeriodSeconds: healthTiming(spec.health).startSeconds,
        }),
    lifecycle: {
      // From then on the number is the autoscaler's.
      ...(scaling ? { ignoreChanges: ["desired_count"] } : {}),
      postcondition: [
        {
          // The provider waits until the service is steady, which it also is after ECS went back to the old tasks.
          condition: `\${self.task_definition == ${needs.taskDefinition.fqn}.arn}`,
          errorMessage: rolledBack(cluster.name, name, needs.logGroup),
        },
      ],
    },
    dependsOn: [...needs.dependsOn, ...published.flatMap(({ ready }) => ready)],
  });
  if (scaling) autoscale(service, scaling, cluster.name, made);
  return made;
}

function rolledBack(cluster: string, service: string, logGroup: string): string {
  return (
    `The new tasks of ${service} did not become healthy, so ECS went back to the old ones. The reason is in the ` +
    `log group ${logGroup} and in "aws ecs describe-services --cluster ${cluster} --services ${service}"; ` +
    "after fixing the cause apply again."
  );
}
