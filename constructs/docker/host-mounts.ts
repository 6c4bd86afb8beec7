import type { ContainerMounts } from "@cdktf/provider-docker/lib/container";
import type { Service } from "../core/component-record";
import { hostPaths } from "../core/host-access";
import type { DockerGroupStack } from "./docker-group-stack";
import { socketInProxy } from "./engine/engine-proxy";

/**
 * The folders of the host that a service sees, and, for the proxy in front of the engine, the engine's socket.
 * As mounts, not volumes: the engine makes a folder of a path that is missing and that a volume names.
 */
export function hostMounts({ docker }: DockerGroupStack, { component, spec }: Service): ContainerMounts[] {
  const { host = [] } = spec;
  const bind = (source: string, target: string): ContainerMounts => ({ type: "bind", source, target, readOnly: true });
  return [
    ...(component.engineMode === undefined ? [] : [bind(docker.engine.socket, socketInProxy)]),
    ...(host.includes("container-logs") ? [bind(`${docker.engine.dataRoot}/containers`, hostPaths.containerLogs)] : []),
    ...(host.includes("host-metrics")
      ? [bind("/", hostPaths.root), bind("/proc", hostPaths.proc), bind("/sys", hostPaths.sys)]
      : []),
  ];
}
