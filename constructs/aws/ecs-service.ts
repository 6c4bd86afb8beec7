import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { ITerraformDependable } from "cdktf";
import { healthTiming } from "../core/health-probe";
import type { Service } from "../core/component-record";
import type { AwsGroupStack } from "./aws-group-stack";
import { autoscale, desiredCount, scalingOf } from "./autoscaling";
import { logConfiguration } from "./container-definitions";
import { publish } from "./published-endpoint";
import { add } from "./resource";

/** What a service needs besides its spec. */
export interface ServiceNeeds {
  readonly taskDefinitionArn: string;
  readonly logGroup: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Runs a task definition on Fargate. Other services find it by Service Connect under the host name that it has
 * everywhere; a deployment that does not become healthy is taken back, and the run of Terraform fails.
 */
export function ecsService(stack: AwsGroupStack, service: Service, needs: ServiceNeeds): EcsService {
  const { component, name, spec } = service;
  const { cluster, network, securityGroups, publicNames } = stack.foundation;
  const scaling = scalingOf(spec);
  const published = spec.endpoints
    .filter((endpoint) => publicNames.isPublic(endpoint))
    .map((endpoint) => publish(stack, stack.foundation, endpoint, spec));
  // Two tasks must not write to the same files: the old one goes first.
  const exclusive = (spec.data ?? []).length > 0;
  const made = add(EcsService, component, name, {
    name,
    cluster: cluster.arn,
    taskDefinition: needs.taskDefinitionArn,
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
    serviceConnectConfiguration: {
      enabled: true,
      namespace: cluster.namespaceArn,
      logConfiguration: connectLog(needs.logGroup, stack.aws.region),
      service: spec.endpoints.map((endpoint) => ({
        portName: endpoint.name,
        discoveryName: `${name}-${endpoint.name}`,
        clientAlias: { dnsName: endpoint.service, port: endpoint.port },
      })),
    },
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
    // From then on the number is the autoscaler's.
    ...(scaling ? { lifecycle: { ignoreChanges: ["desired_count"] } } : {}),
    dependsOn: [...needs.dependsOn, ...published.flatMap(({ ready }) => ready)],
  });
  if (scaling) autoscale(service, scaling, cluster.name, made);
  return made;
}

function connectLog(logGroup: string, region: string): { logDriver: string; options: Record<string, string> } {
  return logConfiguration({ logGroup, region }, "service-connect");
}
