import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import type { ComponentRecord } from "../core/component-record";
import type { Endpoint } from "../core/reference";
import type { AwsStack } from "./aws-stack";
import { add } from "./resource";

/** One end of a connection that is not a component of ours. */
export interface OtherGroup {
  readonly name: string;
  readonly securityGroupId: string;
}

/** One security group per component. They are open to those components only that refer to them, port by port. */
export class SecurityGroups {
  private readonly groups = new Map<ComponentRecord, SecurityGroup>();
  private readonly opened = new Map<string, readonly ITerraformDependable[]>();

  constructor(private readonly foundation: AwsStack & { readonly network: { readonly vpcId: string } }) {}

  /** The group of a component, made when it is needed first, in the component's own stack. */
  of(component: ComponentRecord): string {
    let group = this.groups.get(component);
    if (!group) {
      const stack = this.foundation.stackOf(component);
      group = add(SecurityGroup, component, component.name, {
        name: stack.named(component.name),
        description: `The component ${component.name}`,
        vpcId: this.foundation.network.vpcId,
        tags: { Name: stack.named(component.name) },
      });
      this.groups.set(component, group);
    }
    return group.id;
  }

  /** Lets `from` connect to an endpoint of another component. The rules are part of the stack of `from`. */
  open(from: ComponentRecord, to: Endpoint): readonly ITerraformDependable[] {
    const provider = { name: to.owner, securityGroupId: this.of(this.foundation.environment.component(to.owner)) };
    return this.connect(from, { name: from.name, securityGroupId: this.of(from) }, provider, to);
  }

  /** Lets the load balancer connect to an endpoint. */
  openToLoadBalancer(loadBalancer: OtherGroup, to: Endpoint): readonly ITerraformDependable[] {
    const owner = this.foundation.environment.component(to.owner);
    return this.connect(owner, loadBalancer, { name: owner.name, securityGroupId: this.of(owner) }, to);
  }

  /** Lets a component connect to a port of something that is shared by all. */
  openShared(from: ComponentRecord, to: OtherGroup, port: number): readonly ITerraformDependable[] {
    return this.connect(from, { name: from.name, securityGroupId: this.of(from) }, to, { port, protocol: "tcp" });
  }

  /** Lets a component that runs in several tasks talk to itself, on whatever ports it chooses. */
  openToItself(component: ComponentRecord): readonly ITerraformDependable[] {
    const self = { name: component.name, securityGroupId: this.of(component) };
    return this.connect(component, self, self, undefined);
  }

  /** The way out that every task has: TLS, to AWS itself and for what workloads fetch. */
  openToInternet(component: ComponentRecord): readonly ITerraformDependable[] {
    const id = `${component.name}-to-internet`;
    const known = this.opened.get(id);
    if (known) return known;
    const rule = add(VpcSecurityGroupEgressRule, component, id, {
      securityGroupId: this.of(component),
      description: "AWS APIs, images, packages",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    this.opened.set(id, [rule]);
    return [rule];
  }

  /** @param opening the port; undefined: every one that needs no privileges, by TCP */
  private connect(
    parent: ComponentRecord,
    from: OtherGroup,
    to: OtherGroup,
    opening: Pick<Endpoint, "port" | "protocol"> | undefined,
  ): readonly ITerraformDependable[] {
    const { port, protocol } = opening ?? { port: undefined, protocol: "tcp" };
    const range = { fromPort: port ?? 1024, toPort: port ?? 65_535, ipProtocol: protocol };
    const id = `${from.name}-to-${to.name}-${port ?? "any"}${protocol === "tcp" ? "" : `-${protocol}`}`;
    const known = this.opened.get(id);
    if (known) return known;
    const rules = [
      add(VpcSecurityGroupIngressRule, parent, id, {
        securityGroupId: to.securityGroupId,
        referencedSecurityGroupId: from.securityGroupId,
        description: `from ${from.name}`,
        ...range,
      }),
      add(VpcSecurityGroupEgressRule, parent, id, {
        securityGroupId: from.securityGroupId,
        referencedSecurityGroupId: to.securityGroupId,
        description: `to ${to.name}`,
        ...range,
      }),
    ];
    this.opened.set(id, rules);
    return rules;
  }
}
