import type { Dashboard } from "../core/dashboard";
import type { AlertRule } from "../core/observability";

const free = "minio_cluster_capacity_usable_free_bytes / minio_cluster_capacity_usable_total_bytes";

export const minioAlerts: readonly AlertRule[] = [
  {
    alert: "MinioDriveOffline",
    expr: "minio_cluster_drive_offline_total > 0",
    forSeconds: 60,
    severity: "critical",
    summary: "A drive of the object store is offline: objects cannot be read or written",
    runbook:
      "`./datalab services logs minio` names the drive and the error. Check that the disk below the volume works and has space, then run `./datalab restart core`.",
  },
  {
    alert: "MinioStorageNearlyFull",
    expr: `${free} < 0.1`,
    forSeconds: 300,
    severity: "warning",
    summary: "Less than a tenth of the object store is free; when nothing is left, every write fails",
    runbook:
      "The console of MinIO shows which bucket is large. Delete what nobody needs, old versions included, or give the disk of the volume more space.",
  },
];

export function minioDashboard(): Dashboard {
  return {
    title: "MinIO",
    panels: [
      {
        title: "Space in use",
        queries: [{ expr: `1 - ${free}`, legend: "of all" }],
        unit: "ratio",
        thresholds: [{ from: 0.9, severity: "warning" }],
      },
      {
        title: "Objects",
        kind: "number",
        queries: [{ expr: "minio_cluster_usage_object_total", legend: "objects" }],
        unit: "count",
      },
      {
        title: "Requests",
        queries: [{ expr: "sum by (api) (rate(minio_s3_requests_total[5m]))", legend: "{{api}}" }],
        unit: "per-second",
      },
      {
        title: "Traffic",
        queries: [
          { expr: "rate(minio_s3_traffic_received_bytes[5m])", legend: "received" },
          { expr: "rate(minio_s3_traffic_sent_bytes[5m])", legend: "sent" },
        ],
        unit: "bytes-per-second",
      },
    ],
  };
}
