import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { AwsStack } from "./aws-stack";
import { logGroup } from "./logs";
import { policyDocument, trustPolicy } from "./policy";
import { add } from "./resource";

/** Keeps a record of refused connections: what a missing rule between components looks like. */
export function flowLog(stack: AwsStack, vpcId: string, keyArn: string): void {
  const group = logGroup(stack, stack, "flow-log", `/datalab/${stack.environment.name}/flow-log`, keyArn);
  const role = add(IamRole, stack, "flow-log", {
    name: stack.named("flow-log"),
    assumeRolePolicy: trustPolicy("vpc-flow-logs.amazonaws.com", stack.account),
  });
  add(IamRolePolicy, stack, "flow-log", {
    name: "write",
    role: role.id,
    policy: policyDocument([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [group.arn, `${group.arn}:log-stream:*`],
      },
    ]),
  });
  add(FlowLog, stack, "main", {
    vpcId,
    trafficType: "REJECT",
    logDestination: group.arn,
    iamRoleArn: role.arn,
    tags: { Name: stack.named("main") },
  });
}
