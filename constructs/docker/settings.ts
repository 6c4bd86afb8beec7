import type { ContainerConfig } from "@cdktf/provider-docker/lib/container";
import { hostFolders, hostPaths } from "../core/host-access";
import type { ServiceSpec } from "../core/service-spec";

type Settings = Pick<ContainerConfig, "init" | "user" | "shmSize" | "ulimit" | "tmpfs" | "readOnly" | "capabilities">;

/** The account, rights and kernel limits of a container. */
export function settingsOf(spec: ServiceSpec): Settings {
  const { scratch = [], openFiles, host = [] } = spec;
  const kept = capabilitiesOf(spec);
  const inMemory = {
    // From its second start on, runc takes the mode that the folder had before (opencontainers/runc#3911), which is one
    // in which only the owner writes.
    ...Object.fromEntries(scratch.map(({ path, sizeMiB, uid }) => [path, `size=${sizeMiB}m,mode=1777,uid=${uid}`])),
    // Sockets work through a read-only mount as well, and the engine's is there.
    ...(host.includes("host-metrics") ? { [`${hostPaths.root}/run`]: "size=64k,mode=0555" } : {}),
  };
  return {
    ...(spec.processInit ? { init: true } : {}),
    ...(spec.user === undefined ? {} : { user: spec.user }),
    ...(spec.sharedMemoryMiB === undefined ? {} : { shmSize: spec.sharedMemoryMiB }),
    ...(openFiles === undefined ? {} : { ulimit: [{ name: "nofile", soft: openFiles, hard: openFiles }] }),
    ...(Object.keys(inMemory).length === 0 ? {} : { tmpfs: inMemory }),
    ...(spec.readOnlyRoot === true ? { readOnly: true } : {}),
    ...(kept === undefined ? {} : { capabilities: { drop: ["ALL"], ...(kept.length === 0 ? {} : { add: kept }) } }),
  };
}

/** What a container keeps when all else is taken from it; undefined where it has what the engine gives. */
function capabilitiesOf({ image, capabilities, host = [] }: ServiceSpec): string[] | undefined {
  if (capabilities !== undefined) return [...capabilities].sort();
  return image.kind === "own" || hostFolders(host).length > 0 ? [] : undefined;
}
