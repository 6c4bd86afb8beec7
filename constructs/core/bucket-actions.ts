import type { BucketMode } from "./roles";

/** What a consumer of a bucket may do with the bucket itself, in the words of S3's policies, which MinIO shares. */
export const bucketActions: readonly string[] = ["s3:ListBucket", "s3:GetBucketLocation"];

const reading = ["s3:GetObject", "s3:GetObjectVersion"];

/** What a consumer of a bucket may do with the objects in it. */
export const objectActions: Readonly<Record<BucketMode, readonly string[]>> = {
  read: reading,
  "read-write": [
    ...reading,
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
  ],
};
