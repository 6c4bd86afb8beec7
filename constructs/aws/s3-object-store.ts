import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { bucketActions, objectActions } from "../core/bucket-actions";
import type { Permission } from "../core/reference";
import { type Endpoint, text, toExpr } from "../core/reference";
import type {
  Bucket,
  BucketGrant,
  BucketMode,
  BucketOptions,
  Consumer,
  ObjectStore,
  ObjectStoreAccess,
} from "../core/roles";
import { ManagedComponent } from "./managed-component";
import { add } from "./resource";
import { bucketName, secureBucket } from "./secure-bucket";

/** Days for which a replaced or deleted object can be had back. */
const versionDays = 30;

const keyActions: Readonly<Record<BucketMode, readonly string[]>> = {
  read: ["kms:Decrypt"],
  "read-write": ["kms:Decrypt", "kms:GenerateDataKey"],
};

/** S3: encrypted, versioned buckets. Consumers have no accounts; their tasks' roles are permitted what is granted. */
export class S3ObjectStore extends ManagedComponent implements ObjectStore {
  readonly ready: ITerraformDependable[] = [];
  readonly separateAccounts = false;
  private readonly buckets = new Set<string>();

  /** @param buckets names of the buckets that exist whether somebody uses them or not */
  constructor(scope: Construct, buckets: readonly string[], id = "object-store") {
    super(scope, id, undefined);
    for (const bucket of buckets) this.create(bucket);
  }

  bucket(name: string, { folders = [] }: BucketOptions = {}): Bucket {
    this.create(name, folders);
    const realName = bucketName(this.stack, name);
    const need = { provider: this.name };
    return { name: realName, uri: text`s3://${realName}`.withNeeds(need), need };
  }

  access(_consumer: Consumer, grants: readonly BucketGrant[]): ObjectStoreAccess {
    const need = { provider: this.name, permissions: grants.flatMap((grant) => this.permissions(grant)) };
    // Who is told the region is also given the identity: there is nothing else by which a consumer could ask for it.
    const region = toExpr(this.stack.aws.region).withNeeds(need);
    return {
      need,
      sdkEnvironment: { AWS_REGION: region },
      credentialsFile: undefined,
      endpointUrl: undefined,
      hadoopProperties: { "fs.s3a.endpoint.region": region },
    };
  }

  /** @throws Error always: S3 is found by the SDKs, not by an address of ours. */
  addressText(endpoint: Endpoint): string {
    throw new Error(`${endpoint.id}: S3 has no address inside the platform`);
  }

  private create(name: string, folders: readonly string[] = []): void {
    if (this.buckets.has(name)) return;
    const keyArn = this.stack.foundation.keyArn;
    const bucket = secureBucket(this.stack, this, name, { keyArn, data: true, versionDays });
    this.buckets.add(name);
    const made = folders.map((folder) =>
      add(S3Object, this, `${name}-${folder}`, {
        bucket: bucketName(this.stack, name),
        key: `${folder}/`,
        content: "",
        dependsOn: bucket,
      }),
    );
    this.ready.push(...bucket, ...made);
  }

  private permissions({ bucket, mode }: BucketGrant): Permission[] {
    const arn = `arn:${this.stack.partition}:s3:::${bucket.name}`;
    return [
      { name: `bucket-${bucket.name}`, actions: bucketActions, resources: [arn] },
      { name: `objects-${bucket.name}`, actions: objectActions[mode], resources: [`${arn}/*`] },
      { name: `key-${mode}`, actions: keyActions[mode], resources: [this.stack.foundation.keyArn] },
    ];
  }
}
