import { own, upstream } from "../constructs/core/image";

/** Every image of the platform, one line each. Tags are fixed; see docs/decisions for why these versions. */
const python = upstream("python:3.11-slim-bookworm");
const apacheSpark = upstream("apache/spark:3.5.8-java17-python3");

const spark = own("spark", apacheSpark);
const notebook = own("notebook", spark);

export const images = {
  airflow: own("airflow", python),
  alertmanager: upstream("prom/alertmanager:v0.34.0"),
  alloy: upstream("grafana/alloy:v1.19.1"),
  awsPython: upstream("public.ecr.aws/lambda/python:3.13.2026.06.05.14"),
  blackboxExporter: upstream("prom/blackbox-exporter:v0.27.0"),
  cadvisor: upstream("ghcr.io/google/cadvisor:v0.60.5"),
  consul: upstream("hashicorp/consul:1.16.0"),
  engineProxy: upstream("tecnativa/docker-socket-proxy:v0.4.1"),
  grafana: upstream("grafana/grafana:12.4.11"),
  jupyterhub: own("jupyterhub", python),
  /** The hub that runs users' servers itself. */
  jupyterhubProcess: own("jupyterhub-process", notebook, "jupyterhub"),
  kafka: upstream("confluentinc/cp-kafka:7.5.0"),
  kafkaExporter: upstream("danielqsj/kafka-exporter:v1.9.0"),
  kafkaUi: upstream("ghcr.io/kafbat/kafka-ui:v1.5.0"),
  loki: upstream("grafana/loki:3.7.6", { shell: false }),
  minio: upstream("quay.io/minio/minio:RELEASE.2025-04-22T22-12-26Z"),
  mlflow: own("mlflow", python),
  nifi: upstream("apache/nifi:2.4.0"),
  nodeExporter: upstream("prom/node-exporter:v1.10.2"),
  notebook,
  postgres: upstream("postgres:16.15-bookworm"),
  postgresExporter: upstream("quay.io/prometheuscommunity/postgres-exporter:v0.17.1"),
  prometheus: upstream("prom/prometheus:v3.13.2"),
  prefect: own("prefect", python),
  redis: upstream("redis:7.2.16-bookworm"),
  redisExporter: upstream("oliver006/redis_exporter:v1.90.0-alpine"),
  spark,
  statsdExporter: upstream("prom/statsd-exporter:v0.28.0"),
  streamlit: own("streamlit", python),
} as const;
