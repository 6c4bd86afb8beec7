import { complain } from "../core/errors";
import type { Resources, Scratch } from "../core/service-spec";

const gib = 1024;

/** The sizes that Fargate has: CPU units (1024 are a core) with their memory, in MiB. */
const sizes: readonly { readonly cpu: number; readonly memory: readonly number[] }[] = [
  { cpu: 256, memory: [512, 1 * gib, 2 * gib] },
  { cpu: 512, memory: steps(1, 4, 1) },
  { cpu: 1024, memory: steps(2, 8, 1) },
  { cpu: 2048, memory: steps(4, 16, 1) },
  { cpu: 4096, memory: steps(8, 30, 1) },
  { cpu: 8192, memory: steps(16, 60, 4) },
  { cpu: 16_384, memory: steps(32, 120, 8) },
];

/** A size that Fargate runs. */
export interface FargateSize {
  /** CPU units; 1024 are a core. */
  readonly cpu: number;
  readonly memoryMiB: number;
}

/**
 * The smallest size that has what a service asks for.
 *
 * @param key the configuration's path, for the message
 * @throws ConfigurationError when there is none.
 */
export function fargateSize(key: string, { cpus, memoryMiB }: Pick<Resources, "cpus" | "memoryMiB">): FargateSize {
  for (const { cpu, memory } of sizes) {
    const fitting = memory.find((size) => size >= memoryMiB);
    if (cpu >= cpus * 1024 && fitting !== undefined) return { cpu, memoryMiB: fitting };
  }
  throw complain({
    key,
    given: { cpus, memoryMiB },
    allowed: `up to 16 cores and ${120 * gib} MiB, the largest that Fargate runs`,
    remedy: "Give the component less, or run more replicas of it.",
  });
}

/** The arguments of a task definition that say where and how large its tasks run. */
export function onFargate({ cpu, memoryMiB }: FargateSize) {
  return {
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    cpu: String(cpu),
    memory: String(memoryMiB),
  };
}

/** The disk that every task has, for its images too, in GiB. */
const ordinaryDisk = 20;
/** The largest disk that a task can have, in GiB. */
export const largestDisk = 200;

/** GiB of disk that a task with this scratch space asks for; a volume on it cannot be given a limit of its own. */
export function diskWith(scratch: readonly Scratch[]): number {
  return ordinaryDisk + Math.ceil(scratch.reduce((sum, { sizeMiB }) => sum + sizeMiB, 0) / gib);
}

/** The argument of a task definition for the disk of a task with scratch space. */
export function diskOnFargate(scratch: readonly Scratch[] = []) {
  return scratch.length === 0 ? {} : { ephemeralStorage: { sizeInGib: diskWith(scratch) } };
}

function steps(fromGib: number, toGib: number, stepGib: number): number[] {
  return Array.from({ length: (toGib - fromGib) / stepGib + 1 }, (_, index) => (fromGib + index * stepGib) * gib);
}
