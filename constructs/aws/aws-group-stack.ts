import type { GroupName } from "../../config/schema";
import type { Component } from "../core/component";
import { AwsRuntime } from "./aws-runtime";
import { AwsStack } from "./aws-stack";
import type { FoundationStack } from "./foundation-stack";

/** The services of one group. */
export class AwsGroupStack extends AwsStack {
  readonly runtime: AwsRuntime;

  constructor(
    readonly foundation: FoundationStack,
    group: GroupName,
  ) {
    super(foundation.environment, group);
    this.addDependency(foundation);
    this.runtime = new AwsRuntime(this);
  }

  /** @throws Error when the component is on another target. */
  static ofComponent({ name, platformStack }: Component): AwsGroupStack {
    if (!(platformStack instanceof AwsGroupStack)) throw new Error(`${name} is not in a group's stack on AWS`);
    return platformStack;
  }
}
