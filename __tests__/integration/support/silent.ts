const nothingHappened = "shown from the first time that it happens";
const nobodyWorks = "shown from the first time that somebody works with it";
const onlyTheProduct = "the double that stands for the product where its image cannot be had does not show it";

/** Metrics of alert rules that are not there from the start, with the reason. */
export const laterMetrics: Readonly<Record<string, string>> = {
  airflow_pool_starving_tasks: nobodyWorks,
  airflow_ti_finish: nobodyWorks,
  cache_memory_bytes: nobodyWorks,
  container_memory_working_set_bytes: onlyTheProduct,
  container_spec_memory_limit_bytes: onlyTheProduct,
  container_start_time_seconds: onlyTheProduct,
  grafana_http_request_duration_seconds_count: onlyTheProduct,
  nifi_jvm_heap_usage: onlyTheProduct,
  nifi_percent_used_bytes: nobodyWorks,
  nifi_percent_used_count: nobodyWorks,
  probe_ssl_earliest_cert_expiry: "only pages with TLS have a certificate, and NiFi's is the only one",
};

/** Panels that are empty on a platform on which nobody works, as `dashboard / panel`, with the reason. */
export const emptyPanels: Readonly<Record<string, string>> = {
  "Airflow / Slots of pools": nobodyWorks,
  "Airflow / Tasks that ended": nobodyWorks,
  "Airflow / Time of tasks": nobodyWorks,
  "Alloy / Newest lines": "it writes nothing but warnings",
  "Containers / Memory": onlyTheProduct,
  "Containers / Memory of the limit": onlyTheProduct,
  "Containers / Processors in use": onlyTheProduct,
  "Containers / Started again": nothingHappened,
  "Grafana / Requests by answer": onlyTheProduct,
  "Loki / Lines thrown away": nothingHappened,
  "MLflow / Server errors": nothingHappened,
  "NiFi / Bytes read and written in five minutes": onlyTheProduct,
  "NiFi / FlowFiles that wait": onlyTheProduct,
  "NiFi / Fullest queues, percent of back-pressure": nobodyWorks,
  "NiFi / Heap in use": onlyTheProduct,
  "NiFi / Threads at work": onlyTheProduct,
  "Platform / Containers that start again": nothingHappened,
  "Platform / Memory of the limit": onlyTheProduct,
  "Streamlit / Largest caches of pages": nobodyWorks,
  "Streamlit / Memory of sessions and caches": nobodyWorks,
  "Streamlit / Sessions' own memory": nobodyWorks,
};
