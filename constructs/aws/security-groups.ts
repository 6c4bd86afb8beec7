import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import type { ComponentRecord } from "../core/component-record";
import type { Endpoint } from "../core/reference";
import type { AwsGroupStack } from "./aws-group-stack";
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
  private readonly groupsOfSteps = new Map<AwsGroupStack, SecurityGroup>();
  private readonly opened = new Map<string, readonly ITerraformDependable[]>();

  constructor(private readonly foundation: AwsStack & { readonly network: { readonly vpcId: string } }) {}

  /** The group of a component, made when it is needed first, in the component's own stack. */
  of(component: ComponentRecord): string {
    let group = this.groups.get(component);
    if (!group) {
      const stack = this.foundation.stackOf(component);
      group = this.create(stack, component, component.name, `The component ${component.name}`);
      this.groups.set(component, group);
    }
    return group.id;
  }

  /** The group of all steps that a stack runs, made when it is needed first. */
  ofSteps(stack: AwsGroupStack): string {
    let group = this.groupsOfSteps.get(stack);
    if (!group) {
      const name = `${stack.group}-steps`;
      group = this.create(stack, stack, name, `Steps of the group ${stack.group}`);
      this.groupsOfSteps.set(stack, group);
    }
    return group.id;
  }

  /** Lets the steps of a stack connect to endpoints, and to AWS. */
  openToSteps(stack: AwsGroupStack, endpoints: readonly Endpoint[]): readonly ITerraformDependable[] {
    const steps = { name: `${stack.group}-steps`, securityGroupId: this.ofSteps(stack) };
    return [
      ...this.out(stack, steps),
      ...endpoints.flatMap((to) => this.connect(stack, steps, this.providerOf(to), to)),
    ];
  }

  /** Lets `from` connect to an endpoint of another component. The rules are part of the stack of `from`. */
  open(from: ComponentRecord, to: Endpoint): readonly ITerraformDependable[] {
    return this.connect(from, { name: from.name, securityGroupId: this.of(from) }, this.providerOf(to), to);
  }

  /** Lets the load balancer connect to an endpoint. */
  openToLoadBalancer(loadBalancer: OtherGroup, to: Endpoint): readonly ITerraformDependable[] {
    return this.connect(this.foundation.environment.component(to.owner), loadBalancer, this.providerOf(to), to);
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
    return this.out(component, { name: component.name, securityGroupId: this.of(component) });
  }

  private create(
    stack: AwsStack,
    parent: AwsStack | ComponentRecord,
    name: string,
    description: string,
  ): SecurityGroup {
    return add(SecurityGroup, parent, name, {
      name: stack.named(name),
      description,
      vpcId: this.foundation.network.vpcId,
      tags: { Name: stack.named(name) },
    });
  }

  private providerOf({ owner }: Endpoint): OtherGroup {
    return { name: owner, securityGroupId: this.of(this.foundation.environment.component(owner)) };
  }

  private out(parent: AwsStack | ComponentRecord, from: OtherGroup): readonly ITerraformDependable[] {
    const id = `${from.name}-to-internet`;
    const known = this.opened.get(id);
    if (known) return known;
    const rule = add(VpcSecurityGroupEgressRule, parent, id, {
      securityGroupId: from.securityGroupId,
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
    parent: AwsStack | ComponentRecord,
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
