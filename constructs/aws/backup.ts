import { BackupPlan } from "@cdktf/provider-aws/lib/backup-plan";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection";
import { BackupVault } from "@cdktf/provider-aws/lib/backup-vault";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { AwsStack } from "./aws-stack";
import { policyDocument } from "./policy";
import { add } from "./resource";

/** Days for which a nightly backup is kept. */
const keptDays = 35;

/** What AWS Backup needs in order to read each kind of data that is tagged; these policies are AWS's own. */
const policies = {
  backup: "service-role/AWSBackupServiceRolePolicyForBackup",
  restore: "service-role/AWSBackupServiceRolePolicyForRestores",
  "backup-objects": "AWSBackupServiceRolePolicyForS3Backup",
} as const;

/** A nightly backup of everything that carries the tag `datalab:backup`. */
export function nightlyBackup(stack: AwsStack, keyArn: string): void {
  const vault = add(BackupVault, stack, "data", {
    name: stack.named("data"),
    kmsKeyArn: keyArn,
    forceDestroy: stack.dataDeletable,
    lifecycle: { preventDestroy: !stack.dataDeletable },
  });
  const plan = add(BackupPlan, stack, "nightly", {
    name: stack.named("nightly"),
    rule: [
      {
        ruleName: "nightly",
        targetVaultName: vault.name,
        schedule: "cron(0 2 * * ? *)",
        lifecycle: { deleteAfter: keptDays },
      },
    ],
  });
  const role = add(IamRole, stack, "backup", {
    name: stack.named("backup"),
    assumeRolePolicy: policyDocument([
      {
        Effect: "Allow",
        Principal: { Service: "backup.amazonaws.com" },
        Action: ["sts:AssumeRole"],
        // AWS does not promise that this service says for whom it asks.
        Condition: { StringEqualsIfExists: { "aws:SourceAccount": stack.account } },
      },
    ]),
  });
  const attached = Object.entries(policies).map(([id, name]) =>
    add(IamRolePolicyAttachment, stack, id, {
      role: role.name,
      policyArn: `arn:${stack.partition}:iam::aws:policy/${name}`,
    }),
  );
  add(BackupSelection, stack, "data", {
    name: "data",
    planId: plan.id,
    iamRoleArn: role.arn,
    // The tag alone would reach into other environments of the account.
    resources: ["*"],
    condition: [
      {
        stringEquals: [
          { key: "aws:ResourceTag/datalab:backup", value: "true" },
          { key: "aws:ResourceTag/datalab:environment", value: stack.environment.name },
        ],
      },
    ],
    dependsOn: attached,
  });
}
