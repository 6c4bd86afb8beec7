import { readFileSync } from "node:fs";
import { join } from "node:path";
import { images } from "../../config/images";
import type { ImageRef } from "../core/image";
import { projectFolder } from "../core/project";
import { literal } from "../core/terraform-text";
import {
  type ContainerDefinition,
  logConfiguration,
  type TaskContext,
  usualCapabilities,
} from "./container-definitions";
import type { TaskVolume } from "./task-volumes";

/** Where the container that prepares volumes sees them. */
const volumesFolder = "/volumes";

/** The container that prepares volumes, and its image. */
export interface Preparation {
  readonly container: ContainerDefinition;
  readonly image: ImageRef;
}

/**
 * The container that prepares a task's volumes and ends, or undefined where there is nothing to prepare: it fetches
 * folders, and lets every account write scratch space, which belongs to root on Fargate.
 *
 * @param service the service's name
 */
export function volumePreparation(
  service: string,
  volumes: readonly TaskVolume[],
  context: TaskContext,
): Preparation | undefined {
  const prepared = volumes.filter(({ onFileSystem }) => onFileSystem === undefined);
  if (prepared.length === 0) return undefined;
  const pathOf = ({ name }: TaskVolume): string => `${volumesFolder}/${name}`;
  const work = {
    region: context.region,
    scratch: prepared.filter(({ folder }) => folder === undefined).map(pathOf),
    folders: prepared.flatMap((volume) => {
      if (volume.folder === undefined) return [];
      const { bucket, key, version, sha256 } = volume.folder;
      return [{ path: pathOf(volume), bucket, key, version, sha256 }];
    }),
  };
  const name = `${service}-volumes`;
  const image = images.awsPython;
  const container = {
    name,
    image: context.image(image),
    essential: false,
    entryPoint: ["python", "-c", literal(readFileSync(program(), "utf8"))],
    command: [],
    environment: [{ name: "DATALAB_VOLUMES", value: JSON.stringify(work) }],
    secrets: [],
    mountPoints: prepared.map((volume) => ({ sourceVolume: volume.name, containerPath: pathOf(volume) })),
    // The volumes belong to root, who needs no rights beyond those of an owner.
    user: "0:0",
    readonlyRootFilesystem: true,
    linuxParameters: { capabilities: { drop: usualCapabilities } },
    logConfiguration: logConfiguration(context, name),
  };
  return { container, image };
}

/** From the repository's top, because compiled code lies elsewhere than its source. */
function program(): string {
  return join(projectFolder(), "constructs/aws/prepare-volumes.py");
}
