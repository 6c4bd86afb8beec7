import { createHash } from "node:crypto";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { complain } from "../core/errors";
import type { Folder } from "../core/folder";
import type { AwsGroupStack } from "./aws-group-stack";
import type { AwsStack } from "./aws-stack";
import { folderArchive } from "./folder-archive";
import { allow, type Statement } from "./policy";
import { add } from "./resource";
import { bucketName, secureBucket } from "./secure-bucket";

const bucket = "task-folders";
/** Days for which a replaced archive is kept, for tasks of an older definition to which ECS may go back. */
const versionDays = 30;

/** The archive of a folder where tasks fetch it. */
export interface StoredFolder {
  readonly bucket: string;
  readonly key: string;
  /** One version of the object, which Terraform knows. */
  readonly version: string;
  /** Of the archive, in hexadecimal digits. */
  readonly sha256: string;
  /** What a task has to be allowed in order to fetch it. */
  readonly statements: readonly Statement[];
}

/**
 * The bucket with archives of folders that services read. It is made with the first one. The objects belong to the
 * groups' stacks, so that they change and go with the tasks that fetch them.
 */
export class FolderStore {
  private made = false;
  private readonly stored = new Map<string, StoredFolder & { readonly path: string }>();

  constructor(
    private readonly stack: AwsStack,
    private readonly keyArn: string,
  ) {}

  /**
   * The folder in the bucket, once for all services of a group.
   *
   * @throws ConfigurationError when the names of two folders are the same on AWS.
   */
  put(stack: AwsGroupStack, folder: Folder): StoredFolder {
    const name = folder.path.replaceAll(/[^A-Za-z0-9_-]/g, "-");
    const key = `${stack.group}/${name}.json`;
    const known = this.stored.get(key);
    if (known === undefined) {
      const stored = { ...this.create(stack, folder, name, key), path: folder.path };
      this.stored.set(key, stored);
      return stored;
    }
    if (known.path === folder.path) return known;
    throw complain({
      key: `folder ${folder.path}`,
      given: name,
      allowed: `another name on AWS than that of the folder ${known.path}`,
      remedy: "Rename one of the two; everything but letters, digits, _ and - becomes a -.",
    });
  }

  private create(stack: AwsGroupStack, folder: Folder, name: string, key: string): StoredFolder {
    this.createBucket();
    const archive = folderArchive(folder);
    const sha256 = createHash("sha256").update(archive).digest("hex");
    const object = add(S3Object, stack, name, {
      bucket: bucketName(this.stack, bucket),
      key,
      // A file of its own for each content: a plan that is waiting to be applied finds the one that it was made for.
      source: stack.assets.add(`${name}-${sha256.slice(0, 12)}.json`, archive),
      contentType: "application/json",
    });
    const { partition, aws } = this.stack;
    return {
      bucket: object.bucket,
      key,
      version: object.versionId,
      sha256,
      statements: [
        allow(["s3:GetObjectVersion"], [`arn:${partition}:s3:::${bucketName(this.stack, bucket)}/${key}`]),
        {
          ...allow(["kms:Decrypt"], [this.keyArn]),
          Condition: { StringLike: { "kms:ViaService": `s3.${aws.region}.amazonaws.com*` } },
        },
      ],
    };
  }

  private createBucket(): void {
    if (this.made) return;
    this.made = true;
    // Not data: the checkout has it all.
    secureBucket(this.stack, this.stack, bucket, { keyArn: this.keyArn, data: false, versionDays });
  }
}
