import { images } from "../../config/images";
import { bucketActions, objectActions } from "../core/bucket-actions";
import type { Step } from "../core/reference";
import { type Endpoint, type Secret, toExpr } from "../core/reference";
import type { BucketGrant, BucketOptions } from "../core/roles";
import { shellScript } from "../core/shell-script";

/** Makes buckets and turns their versioning on, or off. */
export function bucketStep(
  name: string,
  buckets: readonly string[],
  api: Endpoint,
  rootPassword: Secret,
  { versioned = true }: BucketOptions = {},
): Step {
  return {
    name,
    image: images.minio,
    env: {
      STORE_URL: api.url,
      ROOT_PASSWORD: toExpr(rootPassword),
      BUCKETS: buckets.join(" "),
      ...(versioned ? {} : { VERSIONING: "suspend" }),
    },
    script: shellScript("constructs/components/minio-login.sh", "constructs/components/minio-buckets.sh"),
  };
}

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
        Action: [...bucketActions, "s3:ListBucketMultipartUploads"],
        Resource: [`arn:aws:s3:::${bucket.name}`],
      },
      { Effect: "Allow", Action: objectActions[mode], Resource: [`arn:aws:s3:::${bucket.name}/*`] },
    ]),
  };
}
