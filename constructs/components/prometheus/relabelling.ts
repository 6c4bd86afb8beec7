import type { Expr } from "../../core/reference";

/** Where Prometheus finds what a service states of itself in Consul. */
export const meta = "__meta_consul_service_metadata_";

/** One rule that makes labels of a target out of what is known of it. */
export interface Relabelling {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string | Expr;
  readonly action?: "keep" | "drop" | "labelmap";
}

/** What has this entry, and is not under maintenance. */
export function inUse(entry: string): Relabelling[] {
  return [
    { source_labels: ["__meta_consul_health"], regex: "maintenance", action: "drop" },
    { source_labels: [`${meta}${entry}`], regex: ".+", action: "keep" },
  ];
}

/** Labels that each target from the catalogue has. */
export const catalogueLabels: readonly Relabelling[] = [
  copied("component", "component"),
  copied("group", "group"),
  { source_labels: ["__meta_consul_service"], target_label: "service" },
];

/** A label with what a service states under an entry. */
export function copied(entry: string, label: string): Relabelling {
  return { source_labels: [`${meta}${entry}`], target_label: label };
}

/** Labels of a target that is named. */
export function constantLabels(labels: Readonly<Record<string, string>>): Relabelling[] {
  return Object.entries(labels).map(([target_label, replacement]) => ({ target_label, replacement }));
}
