import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Endpoint, Need } from "../core/reference";
import type { CloudLogs } from "../core/roles";
import { logGroupName } from "./logs";
import { ManagedComponent } from "./managed-component";

/** CloudWatch, to which ECS delivers what all containers write. */
export class CloudWatchLogs extends ManagedComponent implements CloudLogs {
  readonly ready: ITerraformDependable[] = [];
  readonly region: string;
  readonly need: Need;

  constructor(scope: Construct, id = "cloudwatch-logs") {
    super(scope, id, undefined);
    const { partition, aws, environment, foundation } = this.stack;
    this.region = aws.region;
    // The foundation's, because it goes into the policies of other groups.
    const groups = `arn:${partition}:logs:${aws.region}:${foundation.account}:log-group:${logGroupName(environment.name, "*")}`;
    this.need = {
      provider: this.name,
      permissions: [
        {
          name: "logs-search",
          actions: ["logs:StartQuery", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:FilterLogEvents"],
          resources: [groups],
        },
        // These know no resources, or only the account as a whole.
        {
          name: "logs-answers",
          actions: ["logs:DescribeLogGroups", "logs:GetQueryResults", "logs:StopQuery"],
          resources: ["*"],
        },
      ],
    };
  }

  groupOf(service: string): string {
    return logGroupName(this.environment.name, service);
  }

  /** @throws Error always: the SDKs find CloudWatch, not by an address of ours. */
  addressText(endpoint: Endpoint): string {
    throw new Error(`${endpoint.id}: CloudWatch has no address inside the platform`);
  }
}
