import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import { ServiceDiscoveryInstance } from "@cdktf/provider-aws/lib/service-discovery-instance";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import type { ComponentRecord } from "../core/component-record";
import type { AwsStack } from "./aws-stack";
import { add } from "./resource";

/**
 * Seconds for which a resolver may remember an address, and for which it may remember that there was none.
 * They bound how long clients miss a service that moved to another address.
 */
const ttlSeconds = 10;

/** The private DNS zone of an environment, in which ECS keeps the addresses of every service's tasks. */
export class NameService {
  private readonly domain: string;
  private readonly namespaceId: string;

  /**
   * The zone is made by CloudFormation, because Terraform's provider cannot set for how long a missing name is
   * remembered. The default is five minutes, during which nobody would find a service that was away for a moment.
   */
  constructor(stack: AwsStack, vpcId: string) {
    const { name } = stack.environment;
    this.domain = `${name}.datalab.internal`;
    const zone = add(CloudformationStack, stack, "name-service", {
      name: stack.named("name-service"),
      templateBody: JSON.stringify({
        Parameters: { Vpc: { Type: "String" } },
        Resources: {
          Namespace: {
            Type: "AWS::ServiceDiscovery::PrivateDnsNamespace",
            Properties: {
              Name: this.domain,
              Description: `Services of DataLab's environment ${name}`,
              Vpc: { Ref: "Vpc" },
              Properties: { DnsProperties: { SOA: { TTL: ttlSeconds } } },
            },
          },
        },
        Outputs: { Namespace: { Value: { Ref: "Namespace" } } },
      }),
      parameters: { Vpc: vpcId },
    });
    this.namespaceId = zone.outputs.lookup("Namespace");
  }

  /**
   * The name that other tasks resolve. In full, because nothing in a task definition gives a task on Fargate
   * a search domain.
   */
  hostOf(service: string): string {
    return `${service}.${this.domain}`;
  }

  /** The entry of a service, as the ARN under which ECS registers its tasks. */
  register(component: ComponentRecord, service: string): string {
    return add(ServiceDiscoveryService, component, service, {
      name: service,
      dnsConfig: {
        namespaceId: this.namespaceId,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: ttlSeconds }],
      },
      // ECS tells Cloud Map which tasks are healthy.
      healthCheckCustomConfig: { failureThreshold: 1 },
      // Tasks that are still going down must not keep the entry.
      forceDestroy: true,
    }).arn;
  }

  /** Makes a further name of a service. */
  alias(component: ComponentRecord, alias: string, service: string): void {
    const entry = add(ServiceDiscoveryService, component, alias, {
      name: alias,
      dnsConfig: {
        namespaceId: this.namespaceId,
        routingPolicy: "WEIGHTED",
        dnsRecords: [{ type: "CNAME", ttl: ttlSeconds }],
      },
      forceDestroy: true,
    });
    add(ServiceDiscoveryInstance, component, alias, {
      instanceId: service,
      serviceId: entry.id,
      attributes: { AWS_INSTANCE_CNAME: this.hostOf(service) },
    });
  }
}
