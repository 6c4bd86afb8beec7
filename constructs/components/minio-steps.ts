import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, type Secret, toExpr } from "../core/reference";
import type { BucketGrant, BucketMode } from "../core/roles";
import { shellScript } from "../core/shell-script";

/** Makes buckets and turns their versioning on. */
export function bucketStep(name: string, buckets: readonly string[], api: Endpoint, rootPassword: Secret): Step {
  return {
    name,
    image: images.minio,
    env: { STORE_URL: api.url, ROOT_PASSWORD: toExpr(rootPassword), BUCKETS: buckets.join(" ") },
    script: shellScript("constructs/components/minio-login.sh", "constructs/components/minio-buckets.sh"),
  };
}

const actions: Readonly<Record<BucketMode, readonly string[]>> = {
  read: ["s3:GetObject", "s3:GetObjectVersion"],
  "read-write": [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
  ],
};

/** Makes the account of one consumer with exactly its grants; grants that were taken away go. */
export function accountStep(
  consumer: string,
  secretKey: Secret,
  grants: readonly BucketGrant[],
  api: Endpoint,
  rootPassword: Secret,
): Step {
  return {
    name: `account-${consumer}`,
    image: images.minio,
    env: {
      STORE_URL: api.url,
      ROOT_PASSWORD: toExpr(rootPassword),
      ACCOUNT: consumer,
      ACCOUNT_KEY: toExpr(secretKey),
      POLICY: JSON.stringify(policy(grants)),
    },
    script: shellScript("constructs/components/minio-login.sh", "constructs/components/minio-account.sh"),
  };
}

function policy(grants: readonly BucketGrant[]): object {
  return {
    Version: "2012-10-17",
    Statement: grants.flatMap(({ bucket, mode }) => [
      {
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
        Resource: [`arn:aws:s3:::${bucket.name}`],
      },
      { Effect: "Allow", Action: actions[mode], Resource: [`arn:aws:s3:::${bucket.name}/*`] },
    ]),
  };
}
