import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { ServiceDiscoveryHttpNamespace } from "@cdktf/provider-aws/lib/service-discovery-http-namespace";
import type { AwsStack } from "./aws-stack";
import { logGroup } from "./logs";
import { add } from "./resource";

/** Where containers run, and the namespace in which they find each other. */
export interface Cluster {
  readonly arn: string;
  readonly name: string;
  readonly namespaceArn: string;
}

/** The ECS cluster with Container Insights, and the Cloud Map namespace of its Service Connect. */
export function ecsCluster(stack: AwsStack, keyArn: string): Cluster {
  const { name } = stack.environment;
  const namespace = add(ServiceDiscoveryHttpNamespace, stack, "main", {
    name: `${name}.datalab`,
    description: `Services of DataLab's environment ${name}`,
  });
  // ECS would make this group itself, and keep its content for ever.
  const insights = logGroup(
    stack,
    stack,
    "container-insights",
    `/aws/ecs/containerinsights/${name}/performance`,
    keyArn,
  );
  const cluster = add(EcsCluster, stack, "main", {
    name,
    setting: [{ name: "containerInsights", value: "enabled" }],
    serviceConnectDefaults: { namespace: namespace.arn },
    dependsOn: [insights],
  });
  return { arn: cluster.arn, name, namespaceArn: namespace.arn };
}
