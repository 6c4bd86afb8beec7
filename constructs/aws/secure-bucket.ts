import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { complain } from "../core/errors";
import type { AwsStack } from "./aws-stack";
import { policyDocument, type Statement } from "./policy";
import { add } from "./resource";

export interface SecureBucketProps {
  /** The key of its objects. Default: S3's own, for writers that can use no other. */
  readonly keyArn?: string;
  /** Statements of its policy, besides the one that refuses unencrypted connections. */
  readonly statements?: readonly Statement[];
  /** Days after which objects go. Default: never. */
  readonly expireDays?: number;
  /** Days for which a replaced or deleted version can be had back. Default: there are no versions. */
  readonly versionDays?: number;
  /** Whether it holds data: then it is in the backups, and deleted by two keys only. */
  readonly data: boolean;
}

/** The name of a bucket. Bucket names are unique in the world, which the environment's domain makes them. */
export function bucketName(stack: AwsStack, id: string): string {
  const name = `${stack.environment.name}-${id}-${stack.aws.domain.replaceAll(".", "-")}`;
  if (name.length > 63) {
    throw complain({
      key: `${stack.environment.name}.domain`,
      given: stack.aws.domain,
      allowed: `at most ${stack.aws.domain.length - (name.length - 63)} characters, because the bucket ${name} has it in its name`,
      remedy: "Choose a shorter domain, or a shorter name for the bucket.",
    });
  }
  return name;
}

/**
 * A bucket that nobody reaches without credentials or encryption.
 *
 * @returns what must exist before it is used
 */
export function secureBucket(
  stack: AwsStack,
  parent: Construct,
  id: string,
  props: SecureBucketProps,
): ITerraformDependable[] {
  const name = bucketName(stack, id);
  const arn = `arn:${stack.partition}:s3:::${name}`;
  const deletable = !props.data || stack.dataDeletable;
  const bucket = add(S3Bucket, parent, id, {
    bucket: name,
    forceDestroy: deletable,
    lifecycle: { preventDestroy: !deletable },
    tags: props.data ? { "datalab:backup": "true" } : {},
  });
  const blocked = add(S3BucketPublicAccessBlock, parent, id, {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  const owned = add(S3BucketOwnershipControls, parent, id, {
    bucket: bucket.id,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  const encrypted = add(S3BucketServerSideEncryptionConfigurationA, parent, id, {
    bucket: bucket.id,
    rule: [
      {
        bucketKeyEnabled: props.keyArn !== undefined,
        applyServerSideEncryptionByDefault:
          props.keyArn === undefined
            ? { sseAlgorithm: "AES256" }
            : { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.keyArn },
      },
    ],
  });
  const policy = add(S3BucketPolicy, parent, id, {
    bucket: bucket.id,
    policy: policyDocument([
      {
        Sid: "OnlyEncryptedConnections",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:*"],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...(props.statements ?? []),
    ]),
    dependsOn: [blocked],
  });
  const versions =
    props.versionDays === undefined
      ? []
      : [add(S3BucketVersioningA, parent, id, { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } })];
  add(S3BucketLifecycleConfiguration, parent, id, {
    bucket: bucket.id,
    rule: [
      {
        id: "tidy",
        status: "Enabled",
        filter: [{ prefix: "" }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        ...(props.expireDays === undefined ? {} : { expiration: [{ days: props.expireDays }] }),
        ...(props.versionDays === undefined
          ? {}
          : { noncurrentVersionExpiration: [{ noncurrentDays: props.versionDays }] }),
      },
    ],
    dependsOn: versions,
  });
  return [bucket, owned, encrypted, policy, ...versions];
}
