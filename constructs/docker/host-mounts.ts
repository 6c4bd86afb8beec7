import type { ContainerMounts, ContainerVolumes } from "@cdktf/provider-docker/lib/container";
import type { Service } from "../core/component-record";
import type { HostPath } from "../core/facts";
import { hostPaths } from "../core/host-access";
import type { DockerGroupStack } from "./docker-group-stack";
import { socketInProxy } from "./engine/engine-proxy";

/** Something of the engine's machine, and where a container sees it. */
interface HostMount extends HostPath {
  readonly target: string;
  /** Whether there are engines without it, on which the container finds an empty folder. */
  readonly optional?: true;
}

/** The folders of the host that a service sees, and, for the proxy in front of the engine, the engine's socket. */
export function hostMountsOf({ docker }: DockerGroupStack, { component, spec }: Service): HostMount[] {
  const { host = [] } = spec;
  const { socket, dataRoot } = docker.engine;
  return [
    ...(component.engineMode === undefined
      ? []
      : [{ purpose: "engine-socket", path: socket, target: socketInProxy } as const]),
    ...(host.includes("container-logs")
      ? [{ purpose: "container-logs", path: `${dataRoot}/containers`, target: hostPaths.containerLogs } as const]
      : []),
    ...(host.includes("host-metrics")
      ? ([
          { purpose: "host-metrics", path: "/", target: hostPaths.root },
          { purpose: "host-metrics", path: "/proc", target: hostPaths.proc },
          { purpose: "host-metrics", path: "/sys", target: hostPaths.sys },
        ] as const)
      : []),
    ...(host.includes("container-metrics")
      ? ([
          { purpose: "container-metrics", path: "/sys", target: hostPaths.groups },
          { purpose: "container-metrics", path: `${dataRoot}/image`, target: `${dataRoot}/image`, optional: true },
        ] as const)
      : []),
  ];
}

/** As mounts, not volumes: of a volume's path that is missing the engine makes a folder. */
export function mountsTo(mounts: readonly HostMount[]): { mounts?: ContainerMounts[] } {
  const needed = mounts.filter(({ optional }) => !optional);
  if (needed.length === 0) return {};
  return { mounts: needed.map(({ path, target }) => ({ type: "bind", source: path, target, readOnly: true })) };
}

/** What may be missing, as volumes of the host. */
export function optionalVolumes(mounts: readonly HostMount[]): ContainerVolumes[] {
  return mounts
    .filter(({ optional }) => optional)
    .map(({ path, target }) => ({ hostPath: path, containerPath: target, readOnly: true }));
}
