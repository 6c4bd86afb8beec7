import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("minio", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "minio")).toMatchInlineSnapshot(`
     {
       "minio": {
         "command": [
           "server",
           "/data",
           "--console-address",
           ":9001",
         ],
         "data": [
           {
             "name": "data",
             "path": "/data",
           },
         ],
         "endpoints": [
           "minio.api http:9000 published:9000",
           "minio.console http:9001 published:9001",
         ],
         "entrypoint": [
           "/usr/bin/docker-entrypoint.sh",
         ],
         "env": {
           "MINIO_BROWSER_REDIRECT_URL": "{minio.console@operator.url}",
           "MINIO_PROMETHEUS_AUTH_TYPE": "public",
           "MINIO_ROOT_PASSWORD": "{minio.root-password}",
           "MINIO_ROOT_USER": "root",
           "MINIO_UPDATE": "off",
         },
         "health": {
           "http": "minio.api http:9000 published:9000",
           "intervalSeconds": 2,
           "path": "/minio/health/cluster",
           "startSeconds": 120,
           "tool": "curl",
         },
         "image": "quay.io/minio/minio:RELEASE.2025-04-22T22-12-26Z",
         "logins": [
           {
             "endpoint": "minio.console http:9001 published:9001",
             "password": "{minio.root-password}",
             "user": "root",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "MinioDriveOffline",
               "expr": "minio_cluster_drive_offline_total > 0",
               "forSeconds": 60,
               "severity": "critical",
               "summary": "A drive of the object store is offline",
             },
             {
               "alert": "MinioStorageNearlyFull",
               "expr": "minio_cluster_capacity_usable_free_bytes / minio_cluster_capacity_usable_total_bytes < 0.1",
               "forSeconds": 300,
               "severity": "warning",
               "summary": "Less than a tenth of the object store is free",
             },
           ],
           "metrics": {
             "endpoint": "minio.api http:9000 published:9000",
             "path": "/minio/v2/metrics/cluster",
           },
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 768,
           "minimumMemoryMiB": 384,
         },
         "stopGraceSeconds": 30,
       },
     }
    `);
  });
});
