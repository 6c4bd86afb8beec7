import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { ComponentRecord } from "../core/component-record";
import type { AwsStack } from "./aws-stack";
import { add } from "./resource";

/** The name of a service's log group. */
export function logGroupName(environment: string, service: string): string {
  return `/datalab/${environment}/${service}`;
}

/** A log group, encrypted, kept for as long as the environment says. */
export function logGroup(
  stack: AwsStack,
  parent: Construct | ComponentRecord,
  id: string,
  name: string,
  keyArn: string,
): CloudwatchLogGroup {
  return add(CloudwatchLogGroup, parent, id, { name, retentionInDays: stack.aws.logRetentionDays, kmsKeyId: keyArn });
}
