/**
 * What a service may have of the machine that runs it. The list is closed: a target lowers each of them in one
 * place, or refuses it.
 *
 * - `container-logs`: the log files of all containers, read-only, below `hostPaths.containerLogs`
 * - `host-metrics`: the machine's root, `/proc` and `/sys`, read-only, below the other `hostPaths`
 * - `container-metrics`: the kernel's figures of all containers, read-only, at `hostPaths.groups`, and the engine's list
 *   of their layers, without the layers, at the path that it has on the host
 * - `engine-read`, `engine-spawn`: the engine's API behind a proxy; see ContainerEngine in roles.ts
 */
export type HostAccess = "container-logs" | "host-metrics" | "container-metrics" | "engine-read" | "engine-spawn";

/** What a service may ask of the engine: `read` what there is, or `spawn` containers of its own as well. */
export type EngineMode = "read" | "spawn";

/** Where a container finds what it may have of its host. */
export const hostPaths = {
  containerLogs: "/host/container-logs",
  root: "/host/root",
  proc: "/host/proc",
  sys: "/host/sys",
  groups: "/sys",
} as const;

/** The ways into the engine that a service states. */
export function engineModes(host: readonly HostAccess[]): EngineMode[] {
  return host.flatMap((access) => (access === "engine-read" ? "read" : access === "engine-spawn" ? "spawn" : []));
}

/** The paths in the container at which a service finds folders of its host. */
export function hostFolders(host: readonly HostAccess[]): string[] {
  return [
    ...(host.includes("container-logs") ? [hostPaths.containerLogs] : []),
    ...(host.includes("host-metrics") ? [hostPaths.root, hostPaths.proc, hostPaths.sys] : []),
    ...(host.includes("container-metrics") ? [hostPaths.groups] : []),
  ];
}
