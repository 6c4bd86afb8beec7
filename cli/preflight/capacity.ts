import { statfsSync } from "node:fs";
import type { EngineInfo } from "../engine/types";
import type { ContainerDescription, SpawnedDescription } from "../model/description";
import { memoryText } from "../output/table";

const mebibyte = 1024 * 1024;
/** For what the services write at first. */
const dataMiB = 2048;
/** For an image that is not there yet, on the large side of what the platform uses. */
const imageMiB = 1536;

/** One thing that was checked. `warning` does not keep `up` from going on. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
}

/**
 * Compares the memory of the engine's machine with what containers may use and what is kept for them. Of containers
 * that services make themselves the most that may run at a time count, and nothing is kept for them; but one has to fit.
 */
export function memoryFinding(
  containers: readonly ContainerDescription[],
  spawned: readonly SpawnedDescription[],
  totalBytes: number,
): Finding {
  const services = containers.filter(({ kind }) => kind === "service");
  const limits = [
    ...services.map(({ group, memoryMiB }) => ({ group, memoryMiB })),
    ...spawned.map(({ group, memoryMiB, most }) => ({ group, memoryMiB: memoryMiB * most })),
  ];
  const limit = sumOf(limits);
  const reserved = services.reduce((sum, { reservedMemoryMiB }) => sum + reservedMemoryMiB, 0);
  const total = totalBytes / mebibyte;
  const tooLarge = spawned.find(({ memoryMiB }) => memoryMiB > total);
  if (tooLarge) {
    return {
      level: "problem",
      text: `memory: one ${tooLarge.name} may use ${memoryText(tooLarge.memoryMiB)}, and the engine has ${memoryText(total)}. Lower ${tooLarge.component}.servers.memoryMiB, or give the engine more.`,
    };
  }
  const byGroup = [...new Set(limits.map(({ group }) => group))].map(
    (name) => `${name} ${memoryText(sumOf(limits.filter(({ group }) => group === name)))}`,
  );
  const needs = `reserves ${memoryText(reserved)} and may use ${memoryText(limit)} (${byGroup.join(", ")}); the engine has ${memoryText(total)}`;
  if (reserved > total) {
    return {
      level: "problem",
      text: `memory: the choice ${needs}. Choose less (for example: up core), set size: "small" in the environment's file, lower \`sizes\`, or give the engine more.`,
    };
  }
  return limit > total
    ? {
        level: "warning",
        text: `memory: the choice ${needs}. Under load, containers will be killed for lack of memory.`,
      }
    : { level: "ok", text: `memory: the choice ${needs}` };
}

function sumOf(limits: readonly { readonly memoryMiB: number }[]): number {
  return limits.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
}

/** The containers that may use more processors than the engine's machine has: the engine refuses to start them. */
export function processorFindings(
  containers: readonly (ContainerDescription | SpawnedDescription)[],
  processors: number,
): Finding[] {
  const limits = new Map(
    containers
      .filter(({ cpus }) => cpus > processors)
      .map((container) => ["service" in container ? container.service : container.name, container] as const),
  );
  return [...limits].map(([name, container]) => ({
    level: "problem",
    text:
      `processors: ${name} may use ${container.cpus}, and the engine has ${processors}. ` +
      `Lower ${sizeSetting(container)}, or give the engine more.`,
  }));
}

/** What has no service has its size from the component that makes it. */
function sizeSetting(container: ContainerDescription | SpawnedDescription): string {
  return "service" in container
    ? `sizes["${container.service}"].cpus (Spark's workers: spark.workers.cores)`
    : `${container.component}.servers.cpus`;
}

/** Compares the free space where the engine keeps its data with a rough need. */
export function diskFinding(freeBytes: number, missingImages: number, folder: string): Finding {
  const need = dataMiB + missingImages * imageMiB;
  const free = freeBytes / mebibyte;
  const text = `disk: ${memoryText(free)} free at ${folder}, about ${memoryText(need)} needed`;
  return free < need
    ? {
        level: "problem",
        text: `${text}. Free some: docker system df shows what takes it, docker image prune removes unused images.`,
      }
    : { level: "ok", text };
}

/** Free bytes at the engine's folder; undefined where it is on another machine. */
export function freeDisk(info: EngineInfo, local: boolean): number | undefined {
  if (!local) return undefined;
  try {
    const { bavail, bsize } = statfsSync(info.DockerRootDir);
    return bavail * bsize;
  } catch (error) {
    // The engine runs in a machine of its own (Docker Desktop), whose folders are not here.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") return undefined;
    throw error;
  }
}
