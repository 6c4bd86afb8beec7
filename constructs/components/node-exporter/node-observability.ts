import type { Dashboard } from "../../core/dashboard";
import type { AlertRule } from "../../core/observability";

const disks = 'job="node-exporter",fstype!~"tmpfs|overlay|squashfs|ramfs"';
const free = `node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}}`;
const memoryFree = "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes";
const busy = '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))';

export const nodeAlerts: readonly AlertRule[] = [
  {
    alert: "HostDiskNearlyFull",
    expr: `${free} < 0.1`,
    forSeconds: 300,
    severity: "critical",
    summary: "Less than a tenth of {{ $labels.mountpoint }} is free on the machine: databases stop when it is full",
    runbook:
      "`docker system df` says what the engine takes, `docker image prune` frees images that nothing uses. Then look at the volumes: `docker system df -v`.",
  },
  {
    alert: "HostMemoryNearlyFull",
    expr: `${memoryFree} < 0.05`,
    forSeconds: 300,
    severity: "warning",
    summary: "Less than a twentieth of the machine's memory is available: the kernel may kill containers soon",
    runbook:
      "The dashboard of the containers shows who takes most. Stop a group that nobody uses (`./datalab stop GROUP`), or give the environment a smaller `size`.",
  },
  {
    alert: "HostClockWrong",
    expr: "abs(node_timex_offset_seconds) > 0.05 and node_timex_sync_status == 0",
    forSeconds: 600,
    severity: "warning",
    summary:
      "The machine's clock is off and nothing corrects it: certificates, tokens and the order of log lines depend on it",
    runbook:
      "Start the machine's time service, for example `systemctl enable --now systemd-timesyncd`, and look at `timedatectl`.",
  },
];

export function nodeDashboard(): Dashboard {
  return {
    title: "Host",
    description: "The machine that runs the engine. On macOS and Windows that is the engine's virtual machine.",
    panels: [
      {
        title: "Processors in use",
        queries: [{ expr: busy, legend: "of all" }],
        unit: "ratio",
        thresholds: [{ from: 0.9, severity: "warning" }],
      },
      {
        title: "Memory in use",
        queries: [{ expr: `1 - ${memoryFree}`, legend: "of all" }],
        unit: "ratio",
        thresholds: [
          { from: 0.85, severity: "warning" },
          { from: 0.95, severity: "critical" },
        ],
      },
      {
        title: "Disks in use",
        queries: [{ expr: `1 - ${free}`, legend: "{{mountpoint}}" }],
        unit: "ratio",
        thresholds: [
          { from: 0.8, severity: "warning" },
          { from: 0.9, severity: "critical" },
        ],
      },
      {
        title: "Reads and writes of disks",
        queries: [
          { expr: "sum(rate(node_disk_read_bytes_total[5m]))", legend: "read" },
          { expr: "sum(rate(node_disk_written_bytes_total[5m]))", legend: "written" },
        ],
        unit: "bytes-per-second",
      },
      {
        title: "Load of a processor",
        description: "Programs that run or wait, for each processor. Above 1 they wait for one another.",
        queries: [
          {
            expr: 'node_load5 / on (instance) count by (instance) (node_cpu_seconds_total{mode="idle"})',
            legend: "programs",
          },
        ],
        unit: "count",
        thresholds: [{ from: 2, severity: "warning" }],
      },
      {
        title: "Clock",
        description: "By how much the kernel believes its clock to be off.",
        queries: [{ expr: "node_timex_offset_seconds", legend: "offset" }],
        unit: "seconds",
      },
    ],
  };
}
