import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { AwsStack } from "./aws-stack";
import { logGroup } from "./logs";
import { add } from "./resource";

/** Where containers run. */
export interface Cluster {
  readonly arn: string;
  readonly name: string;
}

/** The ECS cluster with Container Insights. */
export function ecsCluster(stack: AwsStack, keyArn: string): Cluster {
  const { name } = stack.environment;
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
    dependsOn: [insights],
  });
  return { arn: cluster.arn, name };
}
