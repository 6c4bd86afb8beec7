import type { EcsTaskDefinitionVolume } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ComponentRecord, Service } from "../core/component-record";
import type { SharedVolume } from "../core/service-spec";
import type { AwsGroupStack } from "./aws-group-stack";
import type { MountedVolume } from "./file-system";
import type { StoredFolder } from "./folder-store";
import { allow, type Statement } from "./policy";

/** A volume of a task. */
export interface TaskVolume {
  /** Unique in the task. */
  readonly name: string;
  /** Where the service's container sees it. */
  readonly path: string;
  readonly readOnly: boolean;
  /** On the environment's file system; all others are on the task's own disk, and empty when it starts. */
  readonly onFileSystem?: MountedVolume;
  /** What it is filled with before the service starts. */
  readonly folder?: StoredFolder;
}

/** Everything that a service finds mounted: its data, what it shares, folders of the repository, and scratch space. */
export function taskVolumes(stack: AwsGroupStack, { component, name, spec }: Service): TaskVolume[] {
  const { fileSystem, folders } = stack.foundation;
  const { data = [], volumes = [], trees = {}, scratch = [] } = spec;
  return [
    ...data.map((volume) => ({
      name: `data-${volume.name}`,
      path: volume.path,
      readOnly: false,
      onFileSystem: fileSystem.volume(`${name}-${volume.name}`, volume),
    })),
    ...volumes.map((volume) => ({
      name: `shared-${volume.name}`,
      path: volume.path,
      readOnly: volume.readOnly === true,
      onFileSystem: fileSystem.volume(`${component.name}-${volume.name}`, ownerOfShared(component, volume.name)),
    })),
    ...Object.entries(trees).map(([path, folder], index) => ({
      name: `folder-${index + 1}`,
      path,
      readOnly: true,
      folder: folders.put(stack, folder),
    })),
    ...scratch.map(({ path }, index) => ({ name: `scratch-${index + 1}`, path, readOnly: false })),
  ];
}

/** The account of a shared volume, whichever of its services says so: here a volume has one, whoever mounts it. */
function ownerOfShared({ services }: ComponentRecord, name: string): Pick<SharedVolume, "uid" | "gid"> {
  const uses = services.flatMap(({ spec }) => (spec.volumes ?? []).filter((volume) => volume.name === name));
  return uses.find(({ uid }) => uid !== undefined) ?? {};
}

/** What a task has to be allowed so that its volumes can be mounted and filled. */
export function volumeStatements(volumes: readonly TaskVolume[]): Statement[] {
  const statements = volumes.flatMap(({ onFileSystem, readOnly, folder }) => [
    ...(onFileSystem ? [mountStatement(onFileSystem, readOnly)] : []),
    ...(folder?.statements ?? []),
  ]);
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}

/** The task's volumes as ECS takes them. */
export function volumeDefinitions(volumes: readonly TaskVolume[]): EcsTaskDefinitionVolume[] {
  return volumes.map(({ name, onFileSystem }) => (onFileSystem ? efsVolume(name, onFileSystem) : { name }));
}

/** Lets a task mount one volume, and no other of the file system. */
function mountStatement({ fileSystemArn, accessPointArn }: MountedVolume, readOnly: boolean): Statement {
  const actions = ["elasticfilesystem:ClientMount", ...(readOnly ? [] : ["elasticfilesystem:ClientWrite"])];
  return {
    ...allow(actions, [fileSystemArn]),
    Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn } },
  };
}

function efsVolume(name: string, { fileSystemId, accessPointId }: MountedVolume): EcsTaskDefinitionVolume {
  return {
    name,
    efsVolumeConfiguration: {
      fileSystemId,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId, iam: "ENABLED" },
    },
  };
}
