import { count, memoryText, table } from "../output/table";
import type { Colours } from "../output/terminal";
import type { EnvironmentDescription } from "./description";

/** One environment as `synth --json` prints it. */
export interface EnvironmentSummary {
  readonly environment: string;
  readonly target: "docker" | "aws";
  /** In the order in which they are applied. */
  readonly stacks: readonly string[];
  readonly components: readonly { readonly component: string; readonly group: string; readonly replicas: number }[];
  /** Published endpoints; `port` is null where the target has no ports of a host. */
  readonly published: readonly { readonly endpoint: string; readonly url: string; readonly port: number | null }[];
  readonly volumes: readonly string[];
  /** Sums of the limits of all replicas. */
  readonly totals: { readonly cpus: number; readonly memoryMiB: number; readonly containers: number };
}

/** Sums an environment up. */
export function summaryOf(environment: EnvironmentDescription): EnvironmentSummary {
  const services = environment.components.flatMap((component) => component.services);
  const sum = (value: (service: (typeof services)[number]) => number): number =>
    services.reduce((total, service) => total + value(service) * service.replicas, 0);
  return {
    environment: environment.name,
    target: environment.target,
    stacks: environment.stacks.map(({ id }) => id),
    components: environment.components.map(({ name, group, services: own }) => ({
      component: name,
      group,
      replicas: own.reduce((total, { replicas }) => total + replicas, 0),
    })),
    published: environment.components.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ id, url, port }) => (url === undefined ? [] : [{ endpoint: id, url, port: port ?? null }])),
    ),
    volumes: environment.stacks.flatMap((stack) => stack.volumes),
    totals: {
      cpus: Math.round(sum(({ cpus }) => cpus) * 100) / 100,
      memoryMiB: sum(({ memoryMiB }) => memoryMiB),
      containers: sum(() => 1),
    },
  };
}

/** The summaries for a person, and what to run next. */
export function summaryText(summaries: readonly EnvironmentSummary[], colours: Colours): string {
  return [...summaries.map((summary) => block(summary, colours)), nextSteps(summaries)].join("\n\n");
}

function block(summary: EnvironmentSummary, colours: Colours): string {
  const groups = [...new Set(summary.components.map(({ group }) => group))];
  const members = (group: string): string =>
    summary.components
      .filter((component) => component.group === group)
      .map(({ component, replicas }) => (replicas > 1 ? `${component} ×${replicas}` : component))
      .join(", ");
  const { cpus, memoryMiB, containers } = summary.totals;
  return [
    colours.bold(`${summary.environment} (${summary.target === "aws" ? "AWS" : "Docker"})`),
    table(
      [
        ["stacks", summary.stacks.join(" → ")],
        ...groups.map((group) => [group, members(group)]),
        [
          "published",
          summary.published
            .map(({ endpoint, url, port }) => `${endpoint} ${summary.target === "aws" ? url : (port ?? url)}`)
            .join(", ") || "nothing",
        ],
        ...(summary.volumes.length > 0 ? [["volumes", summary.volumes.join(", ")]] : []),
        ["limits", `${count(containers, "container")}, ${cpus} CPUs, ${memoryText(memoryMiB)}`],
      ],
      "  ",
    ),
  ].join("\n");
}

function nextSteps(summaries: readonly EnvironmentSummary[]): string {
  const docker = summaries.find(({ target }) => target === "docker");
  const any = summaries[0]?.environment ?? "dev";
  return [
    "Written to cdktf.out/stacks/<environment>-<group>/cdk.tf.json. Next:",
    table(
      [
        ...(docker
          ? [[`./datalab up --env ${docker.environment}`, "bring it up on a Docker engine (--help: single groups)"]]
          : []),
        [`./datalab plan --env ${docker?.environment ?? any}`, "show what would change"],
        [`./datalab doctor --env ${docker?.environment ?? any}`, "check what up needs"],
      ],
      "  ",
    ),
  ].join("\n");
}
