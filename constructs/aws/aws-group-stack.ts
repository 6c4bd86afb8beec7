import type { GroupName } from "../../config/schema";
import type { GroupStack } from "../core/group-stack";
import { Assets } from "./assets";
import { AwsRuntime } from "./aws-runtime";
import { AwsStack } from "./aws-stack";
import type { FoundationStack } from "./foundation-stack";

/** The services of one group. */
export class AwsGroupStack extends AwsStack implements GroupStack {
  readonly kind = "group";
  readonly runtime: AwsRuntime;
  readonly assets = new Assets(this);

  constructor(
    readonly foundation: FoundationStack,
    readonly group: GroupName,
  ) {
    super(foundation.environment, group);
    this.addDependency(foundation);
    this.runtime = new AwsRuntime(this);
  }
}
