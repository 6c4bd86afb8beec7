import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { ITerraformDependable } from "cdktf";
import type { Endpoint } from "../core/reference";
import type { ServiceSpec } from "../core/service-spec";
import type { AwsStack } from "./aws-stack";
import type { FoundationStack } from "./foundation-stack";
import { shortName } from "./names";
import { add } from "./resource";

/** An endpoint behind the load balancer. */
export interface PublishedEndpoint {
  readonly targetGroupArn: string;
  readonly port: number;
  readonly ready: readonly ITerraformDependable[];
}

/** Puts an endpoint behind the load balancer, under its own host name. */
export function publish(
  stack: AwsStack,
  foundation: FoundationStack,
  endpoint: Endpoint,
  { health }: Pick<ServiceSpec, "health">,
): PublishedEndpoint {
  const owner = stack.environment.component(endpoint.owner);
  const id = `${owner.name}-${endpoint.name}`;
  const group = add(LbTargetGroup, owner, id, {
    name: shortName(stack.named(id), 32),
    vpcId: foundation.network.vpcId,
    targetType: "ip",
    port: endpoint.port,
    protocol: endpoint.scheme.toUpperCase(),
    deregistrationDelay: "30",
    // Pages with a web socket live in one task; it has to be the same one for the same person.
    stickiness: { type: "lb_cookie", enabled: true, cookieDuration: 86_400 },
    healthCheck: {
      path: "http" in health && health.http === endpoint ? health.path : endpoint.page || "/",
      // A log-in page redirects or refuses, and is well.
      matcher: "200-403",
      interval: 15,
      timeout: 10,
      healthyThreshold: 2,
      unhealthyThreshold: 5,
    },
  });
  const rule = add(LbListenerRule, owner, id, {
    listenerArn: foundation.loadBalancer.listenerArn,
    priority: foundation.publicNames.priorityOf(endpoint),
    condition: [{ hostHeader: { values: [foundation.publicNames.hostOf(endpoint)] } }],
    action: [{ type: "forward", targetGroupArn: group.arn }],
  });
  const opened = foundation.securityGroups.openToLoadBalancer(
    { name: "load-balancer", securityGroupId: foundation.loadBalancer.securityGroupId },
    endpoint,
  );
  return { targetGroupArn: group.arn, port: endpoint.port, ready: [rule, ...opened] };
}
