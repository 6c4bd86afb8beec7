/** A series as promtool writes it: `start+step x times` or single values, one every 15 seconds. */
type Series = Readonly<Record<string, string>>;

/** When a rule fires and when it does not, seen after `minutes` of samples. */
export interface RuleCase {
  readonly fires: Series;
  readonly quiet: Series;
  /** Default 60. */
  readonly minutes?: number;
  /** Labels that the alert must have beside its name. Default: any. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A number that stays. */
function steady(value: number): string {
  return `${value}x${samples}`;
}

/** A counter that grows. */
function growing(step: number, from = 0): string {
  return `${from}+${step}x${samples}`;
}

/** Three hours and a little more. */
const samples = 760;

/** At the end of an hour, a minute and a half of a target that does not answer yet. */
const newlyZero = "_x233 0x6";

/** What each alert rule is tried with, by its name. A rule without a case fails the tests. */
export const ruleCases: Readonly<Record<string, RuleCase>> = {
  AirflowDagImportErrors: {
    fires: { "airflow_dag_processing_import_errors{}": steady(1) },
    quiet: { "airflow_dag_processing_import_errors{}": steady(0) },
  },
  AirflowDagProcessingSlow: {
    fires: { "airflow_dag_processing_total_parse_time{}": steady(90) },
    quiet: { "airflow_dag_processing_total_parse_time{}": steady(3) },
  },
  AirflowDagProcessorSilent: {
    fires: { 'statsd_exporter_build_info{instance="a"}': steady(1) },
    quiet: {
      'statsd_exporter_build_info{instance="a"}': steady(1),
      'airflow_dag_processor_heartbeat{instance="a"}': growing(3),
    },
  },
  AirflowPoolStarving: {
    fires: { 'airflow_pool_starving_tasks{pool="lake"}': steady(2) },
    quiet: { 'airflow_pool_starving_tasks{pool="lake"}': steady(0) },
  },
  AirflowSchedulerSilent: {
    fires: {
      'statsd_exporter_build_info{instance="a"}': steady(1),
      'airflow_scheduler_heartbeat{instance="a"}': steady(40),
    },
    quiet: {
      'statsd_exporter_build_info{instance="a"}': steady(1),
      'airflow_scheduler_heartbeat{instance="a"}': growing(3),
    },
  },
  AirflowTasksFailing: {
    // The counter is not there before the first failure.
    fires: { 'airflow_ti_finish{state="failed",dag_id="sums",task_id="add"}': "_x230 1x20" },
    quiet: { 'airflow_ti_finish{state="failed",dag_id="sums",task_id="add"}': steady(4) },
  },
  AirflowTasksQueued: {
    fires: { "airflow_executor_queued_tasks{}": steady(5) },
    quiet: { "airflow_executor_queued_tasks{}": "0x10 5x10 0x10 5x10 0x10 5x10 0x10 5x10 0x200" },
  },
  AlertmanagerConfigurationRejected: {
    fires: { "alertmanager_config_last_reload_successful{}": steady(0) },
    quiet: { "alertmanager_config_last_reload_successful{}": steady(1) },
  },
  AlertmanagerNotificationsFailing: {
    fires: { 'alertmanager_notifications_failed_total{integration="slack"}': growing(1) },
    quiet: { 'alertmanager_notifications_failed_total{integration="slack"}': steady(7) },
  },
  AlloyDeliversNothing: {
    fires: { "loki_write_sent_entries_total{}": steady(900) },
    quiet: { "loki_write_sent_entries_total{}": growing(10) },
  },
  AlloyDropsLines: {
    fires: { 'loki_write_dropped_entries_total{reason="line_too_long"}': growing(1) },
    quiet: { 'loki_write_dropped_entries_total{reason="line_too_long"}': steady(3) },
  },
  CertificateEndsSoon: {
    fires: { 'probe_ssl_earliest_cert_expiry{instance="https://nifi:8443/"}': steady(10 * 86_400) },
    quiet: { 'probe_ssl_earliest_cert_expiry{instance="https://nifi:8443/"}': steady(300 * 86_400) },
  },
  ConsulWithoutLeader: {
    fires: { 'consul_server_isLeader{instance="a"}': steady(0) },
    quiet: { 'consul_server_isLeader{instance="a"}': steady(1) },
  },
  ContainerMemoryNearLimit: {
    fires: {
      'container_memory_working_set_bytes{container_label_datalab_environment="rules",name="a"}': steady(95),
      'container_spec_memory_limit_bytes{container_label_datalab_environment="rules",name="a"}': steady(100),
    },
    quiet: {
      'container_memory_working_set_bytes{container_label_datalab_environment="rules",name="a"}': steady(80),
      'container_spec_memory_limit_bytes{container_label_datalab_environment="rules",name="a"}': steady(100),
      // No limit.
      'container_memory_working_set_bytes{container_label_datalab_environment="rules",name="b"}': steady(95),
      'container_spec_memory_limit_bytes{container_label_datalab_environment="rules",name="b"}': steady(0),
      // Somebody else's.
      'container_memory_working_set_bytes{container_label_datalab_environment="other",name="c"}': steady(95),
      'container_spec_memory_limit_bytes{container_label_datalab_environment="other",name="c"}': steady(100),
    },
  },
  ContainerRestarting: {
    fires: { 'container_start_time_seconds{container_label_datalab_environment="rules",name="a"}': growing(20) },
    quiet: { 'container_start_time_seconds{container_label_datalab_environment="rules",name="a"}': "5x100 900x700" },
  },
  GrafanaFailingRequests: {
    fires: { 'grafana_http_request_duration_seconds_count{status_code="500"}': growing(3) },
    quiet: { 'grafana_http_request_duration_seconds_count{status_code="200"}': growing(3) },
  },
  HostClockWrong: {
    fires: { "node_timex_offset_seconds{}": steady(-0.2), "node_timex_sync_status{}": steady(0) },
    quiet: { "node_timex_offset_seconds{}": steady(0.2), "node_timex_sync_status{}": steady(1) },
  },
  HostDiskNearlyFull: {
    fires: {
      'node_filesystem_avail_bytes{job="node-exporter",fstype="ext4"}': steady(5),
      'node_filesystem_size_bytes{job="node-exporter",fstype="ext4"}': steady(100),
    },
    quiet: {
      'node_filesystem_avail_bytes{job="node-exporter",fstype="ext4"}': steady(30),
      'node_filesystem_size_bytes{job="node-exporter",fstype="ext4"}': steady(100),
      'node_filesystem_avail_bytes{job="node-exporter",fstype="squashfs"}': steady(0),
      'node_filesystem_size_bytes{job="node-exporter",fstype="squashfs"}': steady(100),
    },
  },
  HostMemoryNearlyFull: {
    fires: { "node_memory_MemAvailable_bytes{}": steady(3), "node_memory_MemTotal_bytes{}": steady(100) },
    quiet: { "node_memory_MemAvailable_bytes{}": steady(20), "node_memory_MemTotal_bytes{}": steady(100) },
  },
  JupyterHubNearlyFull: {
    fires: { "jupyterhub_running_servers{}": steady(1000) },
    quiet: { "jupyterhub_running_servers{}": steady(1) },
  },
  JupyterHubProxyUnreachable: {
    fires: { "jupyterhub_check_routes_duration_seconds_count{}": steady(30) },
    quiet: { "jupyterhub_check_routes_duration_seconds_count{}": growing(1) },
  },
  JupyterHubSlow: {
    fires: {
      'jupyterhub_event_loop_interval_seconds_bucket{le="1"}': steady(0),
      'jupyterhub_event_loop_interval_seconds_bucket{le="5"}': growing(9),
      'jupyterhub_event_loop_interval_seconds_bucket{le="+Inf"}': growing(9),
    },
    quiet: {
      'jupyterhub_event_loop_interval_seconds_bucket{le="1"}': growing(9),
      'jupyterhub_event_loop_interval_seconds_bucket{le="5"}': growing(9),
      'jupyterhub_event_loop_interval_seconds_bucket{le="+Inf"}': growing(9),
    },
  },
  JupyterHubSpawnsFailing: {
    fires: { 'jupyterhub_server_spawn_duration_seconds_count{status="failure"}': growing(1) },
    quiet: {
      'jupyterhub_server_spawn_duration_seconds_count{status="failure"}': steady(2),
      'jupyterhub_server_spawn_duration_seconds_count{status="success"}': growing(1),
    },
  },
  KafkaConsumersFallBehind: {
    fires: { 'kafka_consumergroup_lag_sum{consumergroup="bills",topic="orders"}': growing(10) },
    quiet: {
      'kafka_consumergroup_lag_sum{consumergroup="bills",topic="orders"}': `9000-10x${samples}`,
      'kafka_consumergroup_lag_sum{consumergroup="small",topic="orders"}': "0+0.1x250 25x510",
    },
  },
  KafkaOfflinePartitions: {
    fires: { 'kafka_controller_kafkacontroller_value{name="OfflinePartitionsCount"}': steady(1) },
    quiet: { 'kafka_controller_kafkacontroller_value{name="OfflinePartitionsCount"}': steady(0) },
  },
  KafkaUnderReplicatedPartitions: {
    fires: { 'kafka_server_replicamanager_value{name="UnderReplicatedPartitions"}': steady(2) },
    quiet: { 'kafka_server_replicamanager_value{name="UnderReplicatedPartitions"}': "0x30 2x10 0x700" },
  },
  LokiDiscardsLines: {
    fires: { 'loki_discarded_samples_total{reason="rate_limited"}': growing(1) },
    quiet: { 'loki_discarded_samples_total{reason="rate_limited"}': steady(9) },
  },
  LokiFailingRequests: {
    fires: {
      'loki_request_duration_seconds_count{job="loki",status_code="500"}': growing(3),
      'loki_request_duration_seconds_count{job="loki",status_code="204"}': growing(3),
    },
    quiet: { 'loki_request_duration_seconds_count{job="loki",status_code="204"}': growing(3) },
  },
  MinioDriveOffline: {
    fires: { "minio_cluster_drive_offline_total{}": steady(1) },
    quiet: { "minio_cluster_drive_offline_total{}": steady(0) },
  },
  MinioStorageNearlyFull: {
    fires: {
      "minio_cluster_capacity_usable_free_bytes{}": steady(5),
      "minio_cluster_capacity_usable_total_bytes{}": steady(100),
    },
    quiet: {
      "minio_cluster_capacity_usable_free_bytes{}": steady(50),
      "minio_cluster_capacity_usable_total_bytes{}": steady(100),
    },
  },
  MlflowFailingRequests: {
    fires: { 'mlflow_http_request_total{status="500"}': growing(3) },
    quiet: { 'mlflow_http_request_total{status="200"}': growing(3) },
  },
  NifiHeapNearlyFull: {
    fires: { "nifi_jvm_heap_usage{}": steady(0.95) },
    // What a garbage collection leaves counts.
    quiet: { "nifi_jvm_heap_usage{}": "0.95x10 0.4x2 0.95x10 0.4x2 0.95x10 0.4x2 0.95x20 0.4 0.95x20 0.4 0.95x700" },
    minutes: 20,
  },
  NifiQueueNearBackPressure: {
    fires: {
      'nifi_percent_used_count{component_type="Connection",source_name="a",destination_name="b"}': steady(90),
    },
    quiet: {
      'nifi_percent_used_count{component_type="Connection",source_name="a",destination_name="b"}': steady(10),
      'nifi_percent_used_bytes{component_type="Connection",source_name="a",destination_name="b"}': steady(10),
    },
  },
  PageDown: {
    fires: { 'probe_success{instance="http://minio:9001/"}': steady(0) },
    quiet: {
      'probe_success{instance="http://minio:9001/"}': steady(1),
      'probe_success{instance="http://starting:9001/"}': newlyZero,
    },
  },
  PostgresConnectionsNearLimit: {
    fires: {
      'pg_stat_activity_count{datname="a"}': steady(50),
      'pg_stat_activity_count{datname="b"}': steady(40),
      "pg_settings_max_connections{}": steady(100),
    },
    quiet: { 'pg_stat_activity_count{datname="a"}': steady(50), "pg_settings_max_connections{}": steady(100) },
  },
  PostgresDown: { fires: { "pg_up{}": steady(0) }, quiet: { "pg_up{}": steady(1) } },
  PrefectOldRunsKept: {
    fires: { "prefect_last_removal_timestamp_seconds{}": steady(0) },
    quiet: { "prefect_last_removal_timestamp_seconds{}": growing(15) },
    minutes: 180,
  },
  PrefectRunsFailing: {
    fires: { 'prefect_recent_flow_runs{state="crashed"}': steady(1) },
    quiet: {
      'prefect_recent_flow_runs{state="completed"}': steady(9),
      'prefect_recent_flow_runs{state="failed"}': steady(0),
    },
  },
  PrefectRunsLate: {
    fires: { 'prefect_flow_runs{state="late"}': steady(1) },
    quiet: { 'prefect_flow_runs{state="late"}': steady(0) },
  },
  PrefectServerNotAnswering: {
    fires: { "prefect_api_answers{}": steady(0) },
    quiet: { "prefect_api_answers{}": steady(1) },
  },
  PrefectWorkPoolNotReady: {
    fires: { 'prefect_work_pool_ready{work_pool="default"}': steady(0) },
    quiet: { 'prefect_work_pool_ready{work_pool="default"}': steady(1) },
  },
  PrefectWorkersMissing: {
    fires: { 'prefect_workers_online{work_pool="default"}': steady(0) },
    quiet: { 'prefect_workers_online{work_pool="default"}': steady(2) },
  },
  PrometheusConfigurationRejected: {
    fires: { "prometheus_config_last_reload_successful{}": steady(0) },
    quiet: { "prometheus_config_last_reload_successful{}": steady(1) },
  },
  PrometheusDiscoveryFailing: {
    fires: { "prometheus_sd_consul_rpc_failures_total{}": growing(1) },
    quiet: { "prometheus_sd_consul_rpc_failures_total{}": steady(4) },
  },
  PrometheusNotificationsFailing: {
    fires: { "prometheus_notifications_errors_total{}": growing(1) },
    quiet: { "prometheus_notifications_errors_total{}": steady(4) },
  },
  PrometheusRulesFailing: {
    fires: { 'prometheus_rule_evaluation_failures_total{rule_group="a"}': growing(1) },
    quiet: { 'prometheus_rule_evaluation_failures_total{rule_group="a"}': steady(4) },
  },
  PrometheusStorageNearlyFull: {
    fires: {
      "prometheus_tsdb_storage_blocks_bytes{}": steady(90),
      "prometheus_tsdb_wal_storage_size_bytes{}": steady(4),
      "prometheus_tsdb_head_chunks_storage_size_bytes{}": steady(2),
      "prometheus_tsdb_retention_limit_bytes{}": steady(100),
    },
    quiet: {
      "prometheus_tsdb_storage_blocks_bytes{}": steady(50),
      "prometheus_tsdb_wal_storage_size_bytes{}": steady(4),
      "prometheus_tsdb_head_chunks_storage_size_bytes{}": steady(2),
      "prometheus_tsdb_retention_limit_bytes{}": steady(100),
    },
  },
  RedisDown: { fires: { "redis_up{}": steady(0) }, quiet: { "redis_up{}": steady(1) } },
  SparkApplicationsWaiting: {
    fires: { "metrics_master_waitingApps_Value{}": steady(1) },
    quiet: { "metrics_master_waitingApps_Value{}": steady(0) },
  },
  SparkWorkersMissing: {
    fires: { "metrics_master_aliveWorkers_Value{}": steady(1) },
    quiet: { "metrics_master_aliveWorkers_Value{}": steady(3) },
  },
  StreamlitMemoryFilling: {
    fires: { 'cache_memory_bytes{owner="a"}': steady(1e9), 'cache_memory_bytes{owner="b"}': steady(1e9) },
    quiet: { 'cache_memory_bytes{owner="a"}': steady(1e6) },
  },
  TargetDown: {
    fires: { 'up{job="minio",service="minio",instance="minio:9000"}': steady(0) },
    quiet: {
      'up{job="minio",service="minio",instance="minio:9000"}': steady(1),
      'up{job="probe"}': steady(0),
      'up{job="starting",service="starting",instance="starting:9000"}': newlyZero,
    },
  },
};

/** The same for the rules that ask something else on AWS. */
export const ruleCasesOnAws: Readonly<Record<string, RuleCase>> = {
  PrometheusDiscoveryFailing: {
    fires: { "prometheus_sd_dns_lookup_failures_total{}": growing(1) },
    quiet: { "prometheus_sd_dns_lookup_failures_total{}": steady(4) },
  },
  TargetDown: {
    // Component and group of the series are those of Prometheus, which counts.
    fires: {
      'prometheus_sd_discovered_targets{name="scrape",config="ml/airflow/airflow-statsd",component="prometheus",group="monitoring"}':
        steady(0),
    },
    quiet: {
      'prometheus_sd_discovered_targets{name="scrape",config="ml/airflow/airflow-statsd",component="prometheus",group="monitoring"}':
        // A deployment that stops the old task first.
        "1x230 0x529",
      'prometheus_sd_discovered_targets{name="scrape",config="probe-airflow.web"}': steady(0),
    },
    labels: { component: "airflow", group: "ml", service: "airflow-statsd", instance: "no task" },
  },
};
