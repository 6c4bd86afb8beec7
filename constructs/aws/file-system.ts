import { EfsAccessPoint } from "@cdktf/provider-aws/lib/efs-access-point";
import { EfsFileSystem } from "@cdktf/provider-aws/lib/efs-file-system";
import { EfsFileSystemPolicy } from "@cdktf/provider-aws/lib/efs-file-system-policy";
import { EfsMountTarget } from "@cdktf/provider-aws/lib/efs-mount-target";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { DataVolume } from "../core/service-spec";
import type { AwsStack } from "./aws-stack";
import type { Network } from "./network";
import { policyDocument } from "./policy";
import { add } from "./resource";

/** NFS. */
export const fileSystemPort = 2049;

/** What a task needs to mount a volume. */
export interface MountedVolume {
  readonly fileSystemId: string;
  readonly fileSystemArn: string;
  readonly accessPointId: string;
  readonly accessPointArn: string;
  readonly securityGroupId: string;
}

/** The file system for containers that keep files. It is made with the first volume. */
export class FileSystem {
  private readonly volumes = new Map<string, MountedVolume>();
  private shared: { fileSystem: EfsFileSystem; securityGroup: SecurityGroup } | undefined;

  constructor(
    private readonly stack: AwsStack,
    private readonly network: Network,
    private readonly keyArn: string,
  ) {}

  /**
   * A folder of its own for a volume, in which everything belongs to the volume's account; made once, whoever mounts it.
   *
   * @param id name of the volume in the environment
   */
  volume(id: string, { uid = 0, gid = uid }: Pick<DataVolume, "uid" | "gid">): MountedVolume {
    const known = this.volumes.get(id);
    if (known) return known;
    this.shared ??= this.create();
    const { fileSystem, securityGroup } = this.shared;
    const accessPoint = add(EfsAccessPoint, this.stack, id, {
      fileSystemId: fileSystem.id,
      posixUser: { uid, gid },
      rootDirectory: { path: `/${id}`, creationInfo: { ownerUid: uid, ownerGid: gid, permissions: "0750" } },
      lifecycle: { preventDestroy: !this.stack.dataDeletable },
      tags: { Name: this.stack.named(id) },
    });
    const volume = {
      fileSystemId: fileSystem.id,
      fileSystemArn: fileSystem.arn,
      accessPointId: accessPoint.id,
      accessPointArn: accessPoint.arn,
      securityGroupId: securityGroup.id,
    };
    this.volumes.set(id, volume);
    return volume;
  }

  private create(): { fileSystem: EfsFileSystem; securityGroup: SecurityGroup } {
    const { stack } = this;
    const fileSystem = add(EfsFileSystem, stack, "data", {
      creationToken: stack.named("data"),
      encrypted: true,
      kmsKeyId: this.keyArn,
      throughputMode: "elastic",
      lifecycle: { preventDestroy: !stack.dataDeletable },
      tags: { Name: stack.named("data"), "datalab:backup": "true" },
    });
    const securityGroup = add(SecurityGroup, stack, "data", {
      name: stack.named("data"),
      description: "The file system of containers",
      vpcId: this.network.vpcId,
      tags: { Name: stack.named("data") },
    });
    this.network.privateSubnetIds.forEach((subnetId, index) => {
      add(EfsMountTarget, stack, `data-${index + 1}`, {
        fileSystemId: fileSystem.id,
        subnetId,
        securityGroups: [securityGroup.id],
      });
    });
    // Naming the account makes IAM decide; a file system without a policy lets everybody in who reaches it.
    add(EfsFileSystemPolicy, stack, "data", {
      fileSystemId: fileSystem.id,
      policy: policyDocument([
        {
          Effect: "Allow",
          Principal: { AWS: `arn:${stack.partition}:iam::${stack.account}:root` },
          Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          Resource: [fileSystem.arn],
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        },
      ]),
    });
    return { fileSystem, securityGroup };
  }
}
