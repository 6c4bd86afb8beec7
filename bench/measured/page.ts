import type { EnvironmentDescription } from "../../cli/model/description";
import { code, table } from "../../docs/generator/markdown";
import type { Measured } from "./containers";
import type { ImageSize } from "./images";

/** What was measured on. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly engine: string;
}

/** The page with the figures of one environment. */
export function measuredPage(
  environment: EnvironmentDescription,
  machine: Machine,
  measured: readonly Measured[],
  images: readonly ImageSize[],
): string {
  const started = measured.some(({ startSeconds }) => startSeconds !== undefined);
  return `<!-- Written by \`npm run measure\`. -->

# Measured

Of a running environment with the groups ${environment.groups.join(", ")}, on ${machine.cores} cores and ${machine.memoryGiB} GiB with
Docker ${machine.engine}. Memory is what a component's containers use when nobody uses them, without what the kernel keeps of files.
${started ? "The start is that of its slowest container, on the data that it has, from its process to its first passed health check, with\neverything else running.\n" : ""}
${table(
  ["component", "group", "containers", "memory at rest", "limit", ...(started ? ["start"] : [])],
  [...byComponent(environment, measured).map((row) => rowOf(row, started)), totalOf(measured, started)],
)}

## Images of our own

Sizes are uncompressed, as the engine counts them. What lies above the base is what one image adds where others have the same base.

${table(
  ["image", "base", "in all", "above the base"],
  images.map(({ name, base, megabytes, aboveMegabytes }) => [
    code(name),
    code(base),
    `${megabytes} MB`,
    `${aboveMegabytes} MB`,
  ]),
)}
`;
}

interface Row {
  readonly component: string;
  readonly group: string;
  readonly parts: readonly Measured[];
}

function byComponent({ groups }: EnvironmentDescription, measured: readonly Measured[]): Row[] {
  const names = [...new Set(measured.map(({ container }) => container.component))];
  const rows = names.map((component) => {
    const parts = measured.filter(({ container }) => container.component === component);
    return { component, group: parts[0]?.container.group ?? "", parts };
  });
  return rows.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || (a.component < b.component ? -1 : 1));
}

function rowOf({ component, group, parts }: Row, started: boolean): string[] {
  const slowest = Math.max(...parts.map(({ startSeconds = NaN }) => startSeconds));
  return [
    component,
    group,
    String(parts.length),
    ...memoryWords(parts),
    ...(started ? [`${slowest.toFixed(1)} s`] : []),
  ];
}

function totalOf(measured: readonly Measured[], started: boolean): string[] {
  return ["all", "", String(measured.length), ...memoryWords(measured), ...(started ? [""] : [])];
}

function memoryWords(parts: readonly Measured[]): [string, string] {
  const used = parts.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
  const limit = parts.reduce((sum, { container }) => sum + container.memoryMiB, 0);
  return [`${Math.round(used)} MiB`, `${limit} MiB`];
}
