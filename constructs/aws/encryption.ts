import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { AwsStack } from "./aws-stack";
import { policyDocument } from "./policy";
import { add } from "./resource";

/** Days in which a deleted key can be had back; AWS allows 7 to 30. */
const deletionWindowDays = 30;

/** The key with which the environment encrypts data, logs and secrets. It is rotated every year. */
export function encryptionKey(stack: AwsStack): KmsKey {
  const key = add(KmsKey, stack, "data", {
    description: `Data, logs and secrets of DataLab's environment ${stack.environment.name}`,
    enableKeyRotation: true,
    deletionWindowInDays: stack.dataDeletable ? 7 : deletionWindowDays,
    policy: policyDocument([
      {
        // In a key's own policy, "*" is this key. Without this statement nobody could administer it.
        Sid: "AccountDecidesByIam",
        Effect: "Allow",
        Principal: { AWS: `arn:${stack.partition}:iam::${stack.account}:root` },
        Action: ["kms:*"],
        Resource: ["*"],
      },
      {
        Sid: "CloudWatchLogs",
        Effect: "Allow",
        Principal: { Service: `logs.${stack.aws.region}.amazonaws.com` },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
          "kms:GenerateDataKey",
          "kms:DescribeKey",
        ],
        Resource: ["*"],
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": `arn:${stack.partition}:logs:${stack.aws.region}:${stack.account}:log-group:*`,
          },
        },
      },
    ]),
    lifecycle: { preventDestroy: !stack.dataDeletable },
  });
  add(KmsAlias, stack, "data", { name: `alias/${stack.named("data")}`, targetKeyId: key.keyId });
  return key;
}
