import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Component } from "../core/component";
import { complain } from "../core/errors";
import type { AddressForm, Endpoint } from "../core/reference";
import { type GroupStack, groupStackOf } from "../core/group-stack";
import type { AwsGroupStack } from "./aws-group-stack";
import { AwsStack } from "./aws-stack";

/** A component that AWS runs. It has endpoints and secrets like any other, and nothing of ours to start. */
export abstract class ManagedComponent extends Component {
  protected readonly stack: AwsGroupStack;
  /** What must exist before a consumer in the same stack starts. */
  abstract readonly ready: readonly ITerraformDependable[];

  /**
   * @param sizedBy the configuration that sizes it; undefined where nothing does
   * @throws ConfigurationError when `sizes` names it: AWS sells it by class, not by cores and memory.
   */
  constructor(scope: Construct, id: string, sizedBy: string | undefined) {
    super(scope, id);
    this.stack = awsGroupStackOf(this);
    const size = this.stack.aws.sizes[id];
    if (size) {
      throw complain({
        key: `${this.stack.environment.name}.sizes.${id}`,
        given: size,
        allowed: `nothing, because AWS runs ${id}`,
        remedy: sizedBy === undefined ? "Remove the entry." : `Set ${this.stack.environment.name}.${sizedBy} instead.`,
      });
    }
  }

  /** What another one in its place would not have, be it at the same address; undefined where AWS tells nothing. */
  get identity(): string | undefined {
    return undefined;
  }

  /** The text of an endpoint's address, which Terraform knows once the service exists. */
  abstract addressText(endpoint: Endpoint, form: AddressForm): string;
}

/** @throws Error when the construct is on another target. */
function awsGroupStackOf(construct: Construct): AwsGroupStack {
  const stack = groupStackOf(construct);
  if (!isOnAws(stack)) throw new Error(`${construct.node.path} is not in a group's stack on AWS`);
  return stack;
}

/** By the base class, because the class itself loads this file. */
function isOnAws(stack: GroupStack): stack is AwsGroupStack {
  return stack instanceof AwsStack;
}
