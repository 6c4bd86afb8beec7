import { z } from "zod";
import { cacheSettings } from "../constructs/aws/elasticache-redis.config";
import { brokerSettings, mskSettings } from "../constructs/aws/msk-broker.config";
import { databaseSettings } from "../constructs/aws/rds-database.config";
import { airflowSettings } from "../constructs/components/airflow/airflow.config";
import { alertSettings, unheardMistakes } from "../constructs/components/alertmanager/alertmanager.config";
import { jupyterhubSettings, serversMistakes } from "../constructs/components/jupyterhub/jupyterhub.config";
import { kafkaSettings } from "../constructs/components/kafka.config";
import { prefectSettings } from "../constructs/components/prefect/prefect.config";
import { lokiSettings } from "../constructs/components/loki/loki.config";
import { monitoringSettings } from "../constructs/components/prometheus/prometheus.config";
import { sparkSettings } from "../constructs/components/spark.config";
import { ipv4Range, isDomain, isHostAddress, isHostName, withoutHostBits } from "./addresses";
import { awsMistakes, isBucketName, largestTask } from "./aws-limits";
import { choiceMistakes, componentNames, groupNames } from "./components";
import { checked, machineMiB, reservationMistakes, textField } from "./fields";
import { isRegistry } from "./registry";
import { sizeNames } from "./sizes";

export type { GroupName } from "./components";

const port = z.int().min(1).max(65535);
const memoryMiB = z.int().min(32).max(machineMiB);
const cpus = z.number().min(0.05).max(256);
const componentKey = textField(
  "the name of a component or service (lower-case letters, digits and dashes), for example minio",
  /^[a-z][a-z0-9-]*$/,
);
const endpointKey = textField(
  "a component and its endpoint with a dot between them, for example minio.console",
  /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/,
);

const hostPath = textField(
  "an absolute path of the engine's machine (letters, digits and . _ - / @ +, no folder called ..), for example /var/lib/docker",
  (text) => /^(\/[A-Za-z0-9._@+-]+)+$/.test(text) && !text.split("/").includes(".."),
);

/** A size that replaces a component's own, on a Docker host. */
const dockerSize = checked(
  z.strictObject({
    /** CPU limit, in cores. */
    cpus: cpus.optional(),
    /** Memory limit, in MiB. */
    memoryMiB: memoryMiB.optional(),
    /** Share under contention, in cores. */
    reservedCpus: cpus.optional(),
    /** Memory kept under pressure, in MiB. */
    reservedMemoryMiB: memoryMiB.optional(),
  }),
  reservationMistakes,
);

/** The same on AWS: a task of Fargate has all that it asks for, so there is nothing to reserve. */
const awsSize = z.strictObject({
  cpus: cpus.max(largestTask.cpus).optional(),
  memoryMiB: memoryMiB.max(largestTask.memoryMiB).optional(),
});

const common = {
  /** Begins every name that the environment creates; the same as its key in config/environments/index.ts. */
  name: textField(
    "2 to 12 lower-case letters and digits, a letter first, for example staging",
    /^[a-z][a-z0-9]{1,11}$/,
  ),
  /** The groups that the environment has. All need `core`. Default: all. */
  groups: z
    .array(z.enum(groupNames))
    .refine((groups) => groups.includes("core") && new Set(groups).size === groups.length)
    .describe(`a list of ${groupNames.join(", ")}, each once, with core among them, because the others use it`)
    .default([...groupNames]),
  /** Components of these groups that the environment leaves out. Default: none. */
  components: z
    .strictObject({
      without: z
        .array(z.enum(componentNames))
        .refine((names) => new Set(names).size === names.length)
        .describe(`a list of ${componentNames.join(", ")}, each once`)
        .default([]),
    })
    .prefault({}),
  /** How large everything is that `sizes` and the other settings leave open. Default `medium`. */
  size: z.enum(sizeNames).default("medium"),
  prefect: prefectSettings,
  airflow: airflowSettings,
  jupyterhub: jupyterhubSettings,
  spark: sparkSettings,
  monitoring: monitoringSettings,
  alerts: alertSettings,
  /** The first of two keys for deleting data; the second is typing the environment's name. Default `forbidden`. */
  dataDeletion: z.enum(["allowed", "forbidden"]).default("forbidden"),
  /** Registry (host, optional path) that mirrors all images. Default: each image's own. */
  imageRegistry: textField(
    "a registry's host[:port][/path] without a scheme, the host with a dot, a port or as localhost, for example registry.example.com/mirror",
    isRegistry,
  ).optional(),
};

const docker = checked(
  z.strictObject({
    ...common,
    target: z.literal("docker"),
    kafka: kafkaSettings,
    loki: lokiSettings,
    /** Sizes by component or service, over those that `size` gives them. */
    sizes: z.record(componentKey, dockerSize).default({}),
    /** Where the engine's machine has what components with access to the host use. */
    engine: z
      .strictObject({
        /** The engine's socket. Default /var/run/docker.sock; a rootless engine has it below $XDG_RUNTIME_DIR. */
        socket: hostPath.default("/var/run/docker.sock"),
        /** The folder with the engine's data. Default /var/lib/docker; `docker info` shows it as Docker Root Dir. */
        dataRoot: hostPath.default("/var/lib/docker"),
      })
      .prefault({}),
    /** Address on which published ports listen. Default loopback. */
    bindAddress: textField(
      "an IPv4 address of the host, for example 127.0.0.1, or 0.0.0.0 for all of them",
      (text) => text === "0.0.0.0" || isHostAddress(text),
    ).default("127.0.0.1"),
    /** Host name under which the operator reaches published ports. Default: the bind address. */
    operatorHost: textField(
      "a host name (letters, digits, inner hyphens, dots between labels) or an IPv4 address, for example lab.example.com; no IPv6, because ports are published on IPv4",
      (text) => isHostName(text) || isHostAddress(text),
    ).optional(),
    /** Added to every published port, so that two environments share a host. */
    portOffset: z.int().min(0).max(50_000).default(0),
    /** Published ports by endpoint (`minio.console`), over the components' own; `portOffset` is not added to these. */
    ports: z.record(endpointKey, port).default({}),
  }),
  (config) => [...choiceMistakes(config), ...unheardMistakes(config), ...serversMistakes(config)],
);

const rangeWords =
  "an IPv4 range in CIDR notation (its first address, a slash, the length of its prefix), for example 192.0.2.0/24";
const operatorRange = checked(z.string(), (text) => {
  if (ipv4Range(text)) return [];
  const corrected = withoutHostBits(text);
  return [{ path: [], allowed: rangeWords, ...(corrected === undefined ? {} : { remedy: `Write ${corrected}.` }) }];
}).describe(rangeWords);

const aws = checked(
  z.strictObject({
    ...common,
    target: z.literal("aws"),
    kafka: mskSettings,
    /** Sizes by component or service, over those that `size` gives them. */
    sizes: z.record(componentKey, awsSize).default({}),
    /** One with three availability zones at least. */
    region: textField(
      "an AWS region with three availability zones, for example eu-central-1 (us-west-1 has two)",
      (text) =>
        /^(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]$/.test(
          text,
        ) && text !== "us-west-1",
    ),
    /** IPv4 range of the VPC, a /16. Default 10.20.0.0/16. */
    vpcCidr: textField(
      "10.x.0.0/16 with x from 0 to 255, for example 10.20.0.0/16",
      (text) => /^10\.\d+\.0\.0\/16$/.test(text) && ipv4Range(text) !== undefined,
    ).default("10.20.0.0/16"),
    /** DNS zone, in Route 53, under which operator endpoints get names. */
    domain: textField("a DNS zone in lower case without a dot at its end, for example datalab.example.com", isDomain),
    /** Where Terraform keeps the state. */
    state: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("s3"),
        bucket: textField(
          "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens, none of S3's reserved names, for example datalab-prod-terraform-state",
          isBucketName,
        ),
      }),
      z.strictObject({ kind: z.literal("local") }),
    ]),
    /** IPv4 ranges that may reach the load balancer. */
    operatorCidrs: z
      .array(operatorRange)
      .min(1)
      .describe('a list of one or more IPv4 ranges in CIDR notation, for example ["192.0.2.0/24"]'),
    database: databaseSettings,
    cache: cacheSettings,
    brokers: brokerSettings,
    /** Days for which logs are kept; CloudWatch offers these. Default 30. */
    logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]).default(30),
  }),
  (config) => [...choiceMistakes(config), ...unheardMistakes(config), ...awsMistakes(config)],
);

/** One environment. Every key is checked; unknown ones are refused. */
export const environmentSchema = z.discriminatedUnion("target", [docker, aws]);

/** What an environment file states. */
export type EnvironmentInput = z.input<typeof environmentSchema>;
/** An environment with all defaults filled in. */
export type EnvironmentConfig = z.output<typeof environmentSchema>;
export type DockerConfig = Extract<EnvironmentConfig, { target: "docker" }>;
export type AwsConfig = Extract<EnvironmentConfig, { target: "aws" }>;
