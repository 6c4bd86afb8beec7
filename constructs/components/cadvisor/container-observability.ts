import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

/** Containers of the environment; cAdvisor sees those of others on the machine as well. */
const ours = (environment: string): string => `container_label_datalab_environment="${environment}"`;
const component = "container_label_datalab_component";

/** Memory that the kernel cannot take back, as a share of the limit, by container. */
export function memoryOfLimit(environment: string): string {
  const of = `{${ours(environment)}}`;
  return `max by (${component}, name) (container_memory_working_set_bytes${of} / (container_spec_memory_limit_bytes${of} > 0))`;
}

/** Starts in the last quarter of an hour, by container, without the first one. */
export function restarts(environment: string): string {
  return `sum by (${component}, name) (changes(container_start_time_seconds{${ours(environment)}}[15m]))`;
}

export function containerAlerts(environment: string): readonly AlertRule[] {
  return [
    {
      alert: "ContainerMemoryNearLimit",
      expr: `${memoryOfLimit(environment)} > 0.9`,
      forSeconds: 600,
      severity: "warning",
      summary: `{{ $labels.name }} uses more than nine tenths of the memory that it may have: the kernel ends it when it asks for more`,
      runbook: `Give \`{{ $labels.${component} }}\` more in the environment's \`sizes\`, or find out on its dashboard what it does with so much.`,
    },
    {
      alert: "ContainerRestarting",
      expr: `${restarts(environment)} > 2`,
      forSeconds: 0,
      severity: "warning",
      summary:
        "{{ $labels.name }} was started again more than twice in a quarter of an hour: it ends by itself or is ended",
      runbook:
        "Its last lines say why: `./datalab services logs NAME`, or its dashboard's log panel. `docker inspect` shows `OOMKilled` where its memory was not enough.",
    },
  ];
}

export function containersDashboard(environment: string): Dashboard {
  const of = `{${ours(environment)}}`;
  return {
    title: "Containers",
    panels: [
      {
        title: "Memory of the limit",
        queries: [{ expr: memoryOfLimit(environment), legend: "{{name}}" }],
        unit: "ratio",
        thresholds: [
          { from: 0.8, severity: "warning" },
          { from: 0.95, severity: "critical" },
        ],
      },
      {
        title: "Memory",
        queries: [
          { expr: `sum by (${component}) (container_memory_working_set_bytes${of})`, legend: `{{${component}}}` },
        ],
        unit: "bytes",
      },
      {
        title: "Processors in use",
        queries: [
          {
            expr: `sum by (${component}) (rate(container_cpu_usage_seconds_total${of}[5m]))`,
            legend: `{{${component}}}`,
          },
        ],
        unit: "count",
      },
      {
        title: "Started again",
        description: "Starts in the last quarter of an hour, without the first one.",
        queries: [{ expr: `${restarts(environment)} > 0`, legend: "{{name}}" }],
        unit: "count",
        thresholds: [{ from: 3, severity: "warning" }],
      },
    ],
  };
}
