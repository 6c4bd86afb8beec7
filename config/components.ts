import type { Mistake } from "./fields";

/** The groups of the platform, each after those that it may use. */
export const groupNames = ["core", "processing", "ml", "visualization", "monitoring"] as const;
export type GroupName = (typeof groupNames)[number];

/** Where a component belongs, and which others it cannot do without. */
interface Place {
  readonly group: GroupName;
  readonly needs: readonly string[];
}

/**
 * Components by name, as `components.without` takes them. On AWS, managed services play the parts of most;
 * `minio` is S3 there. Consul is needed by everything, because everything is registered in it.
 */
const places = {
  airflow: { group: "ml", needs: ["consul", "minio", "postgres"] },
  alertmanager: { group: "monitoring", needs: ["consul"] },
  alloy: { group: "monitoring", needs: ["consul", "loki"] },
  "blackbox-exporter": { group: "monitoring", needs: ["consul"] },
  cadvisor: { group: "monitoring", needs: ["consul"] },
  consul: { group: "core", needs: [] },
  grafana: { group: "monitoring", needs: ["alertmanager", "consul", "loki", "prometheus"] },
  jupyterhub: { group: "visualization", needs: ["consul", "minio", "postgres"] },
  kafka: { group: "core", needs: ["consul"] },
  "kafka-ui": { group: "core", needs: ["consul", "kafka"] },
  loki: { group: "monitoring", needs: ["consul", "minio"] },
  minio: { group: "core", needs: ["consul"] },
  mlflow: { group: "ml", needs: ["consul", "minio", "postgres"] },
  nifi: { group: "processing", needs: ["consul"] },
  "node-exporter": { group: "monitoring", needs: ["consul"] },
  postgres: { group: "core", needs: ["consul"] },
  prefect: { group: "ml", needs: ["consul", "minio", "postgres"] },
  prometheus: { group: "monitoring", needs: ["consul"] },
  redis: { group: "core", needs: ["consul"] },
  spark: { group: "processing", needs: ["consul", "minio"] },
  streamlit: { group: "visualization", needs: ["consul"] },
} as const satisfies Readonly<Record<string, Place>>;

export type ComponentName = keyof typeof places;

export const componentNames = Object.keys(places) as [ComponentName, ...ComponentName[]];

/** What an environment says about the parts that it has. */
export interface Choice {
  readonly groups: readonly GroupName[];
  readonly components: { readonly without: readonly ComponentName[] };
}

/** Whether an environment has a component: its group is there, and it is not switched off. */
export function hasComponent({ groups, components }: Choice, name: ComponentName): boolean {
  return groups.includes(places[name].group) && !components.without.includes(name);
}

/** Switching off what others stand on, or all that a group has, cannot work. */
export function choiceMistakes(choice: Choice): Mistake[] {
  const { without } = choice.components;
  return without.flatMap((name, index) => {
    const path = ["components", "without", index];
    const users = componentNames.filter((user) => hasComponent(choice, user) && needsOf(user).includes(name));
    if (users.length > 0) {
      const allowed = `components that no other one needs, and ${name} is needed by ${users.join(", ")}`;
      return [{ path, allowed, remedy: `Keep ${name}, or switch off ${users.join(", ")} as well.` }];
    }
    const { group } = places[name];
    const all = componentNames.filter((other) => places[other].group === group);
    if (all.some((other) => !without.includes(other)) || !choice.groups.includes(group)) return [];
    const allowed = `components that leave something of their group, and the group ${group} has only ${all.join(", ")}`;
    return [{ path, allowed, remedy: `Take ${group} out of \`groups\` instead.` }];
  });
}

/** The group of a component. */
export function groupOf(name: ComponentName): GroupName {
  return places[name].group;
}

/** The components that cannot be without one, directly. */
export function usersOf(name: ComponentName): ComponentName[] {
  return componentNames.filter((user) => needsOf(user).includes(name));
}

/** The components without which one cannot be, directly. */
export function needsOf(name: ComponentName): readonly string[] {
  return places[name].needs;
}

/** The same for any name; components that no environment can switch off are not listed and need nothing here. */
export function needsByConfiguration(name: string): readonly string[] {
  const known = componentNames.find((one) => one === name);
  return known === undefined ? [] : needsOf(known);
}
