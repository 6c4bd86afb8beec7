import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ComponentRecord } from "../core/component-record";
import type { AwsStack } from "./aws-stack";
import { shortName } from "./names";
import { allow, policyDocument, type Statement, trustPolicy } from "./policy";
import { add } from "./resource";

/** Most characters in the name of a role. */
const longestName = 64;

/** A role, and what must exist before it is taken. */
export interface TaskRole {
  readonly arn: string;
  readonly ready: readonly ITerraformDependable[];
}

/** What ECS itself needs to start the tasks of one service. */
export interface ExecutionNeeds {
  readonly logGroupArn: string;
  readonly secretArns: readonly string[];
  readonly keyArn: string;
  /** The repositories from which its images come, as far as they are of ECR. */
  readonly repositoryArns: readonly string[];
}

/** The role that ECS takes to start a service's tasks: its log, its secrets, its images, and nothing else. */
export function executionRole(
  stack: AwsStack,
  parent: Construct | ComponentRecord,
  service: string,
  needs: ExecutionNeeds,
): TaskRole {
  const statements: Statement[] = [allow(["logs:CreateLogStream", "logs:PutLogEvents"], [`${needs.logGroupArn}:*`])];
  if (needs.secretArns.length > 0) {
    statements.push(allow(["secretsmanager:GetSecretValue"], needs.secretArns), allow(["kms:Decrypt"], [needs.keyArn]));
  }
  if (needs.repositoryArns.length > 0) {
    statements.push(
      allow(
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        needs.repositoryArns,
      ),
      // The log-in is to the registry as a whole; AWS knows no resource for it.
      allow(["ecr:GetAuthorizationToken"], ["*"]),
    );
  }
  return role(stack, parent, `${service}-execution`, statements);
}

/** The role of the software itself, with what its references permit; undefined where they permit nothing. */
export function taskRole(
  stack: AwsStack,
  parent: Construct | ComponentRecord,
  service: string,
  statements: readonly Statement[],
): TaskRole | undefined {
  return statements.length === 0 ? undefined : role(stack, parent, service, statements);
}

function role(
  stack: AwsStack,
  parent: Construct | ComponentRecord,
  id: string,
  statements: readonly Statement[],
): TaskRole {
  const made = add(IamRole, parent, id, {
    name: shortName(stack.named(id), longestName),
    assumeRolePolicy: trustPolicy("ecs-tasks.amazonaws.com", stack.account, {
      ArnLike: { "aws:SourceArn": `arn:${stack.partition}:ecs:${stack.aws.region}:${stack.account}:*` },
    }),
  });
  const policy = add(IamRolePolicy, parent, id, {
    name: "references",
    role: made.id,
    policy: policyDocument(statements),
  });
  return { arn: made.arn, ready: [policy] };
}
