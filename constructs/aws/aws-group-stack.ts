import type { GroupName } from "../../config/schema";
import type { Construct } from "constructs";
import { type GroupStack, groupStackOf } from "../core/group-stack";
import { AwsRuntime } from "./aws-runtime";
import { AwsStack } from "./aws-stack";
import type { FoundationStack } from "./foundation-stack";

/** The services of one group. */
export class AwsGroupStack extends AwsStack implements GroupStack {
  readonly kind = "group";
  readonly runtime: AwsRuntime;

  constructor(
    readonly foundation: FoundationStack,
    readonly group: GroupName,
  ) {
    super(foundation.environment, group);
    this.addDependency(foundation);
    this.runtime = new AwsRuntime(this);
  }

  /** @throws Error when the component is on another target. */
  static ofConstruct(construct: Construct): AwsGroupStack {
    const stack = groupStackOf(construct);
    if (!(stack instanceof AwsGroupStack)) throw new Error(`${construct.node.path} is not in a group's stack on AWS`);
    return stack;
  }
}
