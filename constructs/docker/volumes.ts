import type { Container } from "@cdktf/provider-docker/lib/container";
import type { OrderedService } from "../core/order";
import { createContainer } from "./container";
import type { DockerGroupStack } from "./docker-group-stack";
import { stepSucceeds } from "./step-condition";

/** A volume as a container mounts it. */
export interface Mount {
  readonly volumeName: string;
  readonly containerPath: string;
  readonly readOnly?: boolean;
}

/** What a replica mounts, and the steps after which its account may write there. */
export interface Mounts {
  readonly volumes: readonly Mount[];
  readonly ready: readonly Container[];
}

const ownerResources = { cpus: 0.5, memoryMiB: 64, minimumMemoryMiB: 32 };

/** The volumes of one replica: its own, and those that it shares with other services of its component. */
export function mountsOf(
  stack: DockerGroupStack,
  unit: OrderedService,
  replica: string,
  after: readonly Container[],
): Mounts {
  const { service } = unit;
  const own = (service.spec.data ?? []).map((volume) => ({
    ...volume,
    id: `${replica}-${volume.name}`,
    owned: volume.ownedByImage === true,
    readOnly: false,
  }));
  const shared = (service.spec.volumes ?? []).map((volume) => ({
    ...volume,
    id: `${service.component.name}-${volume.name}`,
    owned: false,
    readOnly: volume.readOnly === true,
  }));
  const ready: Container[] = [];
  const volumes = [...own, ...shared].map(({ id, path, uid, gid, owned, readOnly }) => {
    const volumeName = stack.foundation.dataVolume(id);
    if (uid !== undefined && !owned) ready.push(ownerStep(stack, unit, id, volumeName, `${uid}:${gid ?? uid}`, after));
    return { volumeName, containerPath: path, ...(readOnly ? { readOnly } : {}) };
  });
  return { volumes, ready };
}

/** Gives a volume to the account that writes there: a fresh one belongs to root where the image has no such folder. */
function ownerStep(
  stack: DockerGroupStack,
  { service }: OrderedService,
  id: string,
  volumeName: string,
  owner: string,
  after: readonly Container[],
): Container {
  const step = `init-${id}-owner`;
  return stack.once(step, () =>
    createContainer(stack, {
      id: step,
      image: stack.imageName(service.spec.image),
      component: service.component.name,
      service: step,
      kind: "init",
      resources: ownerResources,
      after,
      config: {
        restart: "no",
        mustRun: false,
        attach: true,
        user: "0:0",
        entrypoint: ["chown"],
        command: [owner, "/volume"],
        networkMode: "none",
        volumes: [{ volumeName, containerPath: "/volume" }],
        lifecycle: stepSucceeds(stack, step),
      },
    }),
  );
}
