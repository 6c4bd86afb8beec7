import { type Endpoint, type Expr, text } from "../../core/reference";
import type { Bucket, ObjectStoreAccess } from "../../core/roles";

export interface LokiConfiguration {
  readonly http: Endpoint;
  /** Between its own parts, inside its container. */
  readonly grpcPort: number;
  readonly dataFolder: string;
  readonly bucket: Bucket;
  readonly store: ObjectStoreAccess;
  readonly retentionDays: number;
}

/** Loki's configuration as one process that keeps chunks and index in a bucket, and what is not there yet on its volume. */
export function lokiConfiguration(settings: LokiConfiguration): Expr {
  const { http, grpcPort, dataFolder, bucket, store, retentionDays } = settings;
  return text`auth_enabled: false
analytics:
  reporting_enabled: false
server:
  http_listen_port: ${http.port}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: ${grpcPort}
  # Each query and each flush is a line of the level info.
  log_level: warn
common:
  path_prefix: ${dataFolder}
  instance_addr: 127.0.0.1
  replication_factor: 1
  ring:
    kvstore:
      store: inmemory
schema_config:
  configs:
    - from: "2025-01-01"
      store: tsdb
      object_store: s3
      schema: v13
      index:
        prefix: index_
        period: 24h
storage_config:
  aws:
    bucketnames: ${bucket.name}
    # Account and key come from the file that AWS_SHARED_CREDENTIALS_FILE names.
    region: us-east-1
    s3forcepathstyle: true
${store.endpointUrl === undefined ? "" : text`    endpoint: ${store.endpointUrl}\n`}  tsdb_shipper:
    active_index_directory: ${dataFolder}/tsdb-index
    cache_location: ${dataFolder}/tsdb-cache
ingester:
  lifecycler:
    # There is no ring of several to settle, for which it would wait 15 seconds.
    min_ready_duration: 0s
    final_sleep: 0s
  wal:
    dir: ${dataFolder}/wal
    # A quarter of the memory that it has: the rest is for queries while the log is read again.
    replay_memory_ceiling: 96MB
compactor:
  working_directory: ${dataFolder}/compactor
  compaction_interval: 10m
  retention_enabled: true
  # Time in which a wrong deletion can still be cancelled.
  retention_delete_delay: 2h
  delete_request_store: s3
limits_config:
  retention_period: ${retentionDays * 24}h
  allow_structured_metadata: true
  volume_enabled: true
  # A service that starts anew sends what it wrote meanwhile, also after a weekend.
  reject_old_samples_max_age: 168h
  ingestion_rate_mb: 8
  ingestion_burst_size_mb: 16
`;
}
