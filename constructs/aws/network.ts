import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { AwsStack } from "./aws-stack";
import { flowLog } from "./flow-log";
import { add } from "./resource";

/** Three, because MSK has as many brokers in every zone, and topics are kept on three of them. */
const zones = ["a", "b", "c"] as const;

/**
 * A VPC over three availability zones. In each there is a public subnet (/24) for the load balancer
 * and a private one (/20) for everything else, whose way out is the NAT gateway of its own zone.
 */
export class Network {
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];

  constructor(
    private readonly stack: AwsStack,
    keyArn: string,
  ) {
    const vpc = add(Vpc, stack, "main", {
      cidrBlock: stack.aws.vpcCidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: stack.named("main") },
    });
    this.vpcId = vpc.id;
    // Without rules: whatever is given no security group of its own reaches nothing.
    add(DefaultSecurityGroup, stack, "unused", { vpcId: vpc.id, tags: { Name: stack.named("unused") } });
    const gateway = add(InternetGateway, stack, "main", { vpcId: vpc.id, tags: { Name: stack.named("main") } });
    const publicRoutes = this.routes("public", { gatewayId: gateway.id });
    this.publicSubnetIds = zones.map((zone, index) =>
      this.subnet(`public-${zone}`, index, `${index}.0/24`, publicRoutes),
    );
    const privateRoutes: RouteTable[] = [];
    this.privateSubnetIds = zones.map((zone, index) => {
      const address = add(Eip, stack, `nat-${zone}`, {
        domain: "vpc",
        dependsOn: [gateway],
        tags: { Name: stack.named(`nat-${zone}`) },
      });
      const nat = add(NatGateway, stack, zone, {
        allocationId: address.allocationId,
        subnetId: this.publicSubnetIds[index] as string,
        tags: { Name: stack.named(zone) },
      });
      const routes = this.routes(`private-${zone}`, { natGatewayId: nat.id });
      privateRoutes.push(routes);
      return this.subnet(`private-${zone}`, index, `${16 * (index + 1)}.0/20`, routes);
    });
    // Objects do not go through the NAT gateways, which charge by the byte.
    add(VpcEndpoint, stack, "s3", {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${stack.aws.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: privateRoutes.map(({ id }) => id),
      tags: { Name: stack.named("s3") },
    });
    flowLog(stack, vpc.id, keyArn);
  }

  private routes(id: string, way: { gatewayId: string } | { natGatewayId: string }): RouteTable {
    return add(RouteTable, this.stack, id, {
      vpcId: this.vpcId,
      route: [{ cidrBlock: "0.0.0.0/0", ...way }],
      tags: { Name: this.stack.named(id) },
    });
  }

  /** @param range the last two numbers of the range, and its length */
  private subnet(id: string, index: number, range: string, routes: RouteTable): string {
    const subnet = add(Subnet, this.stack, id, {
      vpcId: this.vpcId,
      cidrBlock: `${this.stack.aws.vpcCidr.split(".").slice(0, 2).join(".")}.${range}`,
      availabilityZone: `\${${this.zones.fqn}.names[${index}]}`,
      tags: { Name: this.stack.named(id) },
      // AWS may open a zone whose name sorts before ours; a subnet stays where it is.
      lifecycle: { ignoreChanges: ["availability_zone"] },
    });
    add(RouteTableAssociation, this.stack, id, { subnetId: subnet.id, routeTableId: routes.id });
    return subnet.id;
  }

  private get zones(): DataAwsAvailabilityZones {
    const known = this.stack.node.tryFindChild("available");
    if (known instanceof DataAwsAvailabilityZones) return known;
    return new DataAwsAvailabilityZones(this.stack, "available", {
      state: "available",
      // Local and wavelength zones have none of the services used here.
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
  }
}
