import { type Choice, type ComponentName, hasComponent } from "./components";

/** What plays a component's part on AWS, or why nothing does. */
export type AwsForm =
  | {
      /** In a word or two. */
      readonly as: string;
      /** What is particular about it. */
      readonly how?: string;
    }
  /** Why it is left out, as the rest of a sentence. */
  | { readonly none: string };

/** What becomes of each component on AWS. docs/aws.md and the pages of the components are made from this. */
export const awsForms: Readonly<Record<ComponentName, AwsForm>> = {
  alertmanager: {
    as: "Fargate",
    how: "without a log-in of its own, for `operatorCidrs` only; no receiver with a secret",
  },
  alloy: { none: "no engine of ours runs the containers; ECS delivers what they write to CloudWatch" },
  "blackbox-exporter": { as: "Fargate" },
  cadvisor: { none: "there is no host of ours; Container Insights shows the figures of tasks" },
  consul: { as: "Cloud Map", how: "plain DNS, `<service>.<environment>.datalab.internal`" },
  grafana: { as: "Fargate", how: "log panels ask CloudWatch, by the task's role, for logs of the environment only" },
  jupyterhub: {
    as: "Fargate",
    how: "servers are processes beside the hub, with one identity for all, which may do what `grants.users` says; homes on EFS, which gives them one owner",
  },
  kafka: { as: "MSK", how: "a broker in each of three zones, without ZooKeeper, TLS only" },
  "kafka-ui": { as: "Fargate" },
  loki: { none: "CloudWatch keeps the logs, and Grafana searches them there" },
  minio: { as: "S3", how: "one bucket each, encrypted and versioned; a task may use what its component was granted" },
  airflow: { as: "Fargate", how: "task logs in S3, by the task's role" },
  mlflow: { as: "Fargate" },
  nifi: {
    none: "its repositories are many small writes that must last, for which EFS is too slow, and Fargate has no other durable disk; it also answers by TLS of its own, whose key would be in the state",
  },
  "node-exporter": { none: "there is no host of ours" },
  postgres: { as: "RDS", how: "PostgreSQL 16 in two zones, TLS only" },
  prefect: { as: "Fargate", how: "flows use S3 with the identity of the worker's task" },
  prometheus: {
    as: "Fargate",
    how: "finds services by their names in DNS; without a log-in of its own, for `operatorCidrs` only",
  },
  redis: { as: "ElastiCache", how: "a primary and a replica, TLS and a password" },
  spark: { as: "Fargate", how: "the number of workers follows their load" },
  streamlit: { as: "Fargate" },
};

/** Whether an environment makes a component: it has it, and where it is on AWS there is a form of it. */
export function isMade(config: Choice & { readonly target: "docker" | "aws" }, name: ComponentName): boolean {
  return hasComponent(config, name) && !(config.target === "aws" && "none" in awsForms[name]);
}
