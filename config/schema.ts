import { z } from "zod";

/** The groups of the platform, in the order in which they are listed. */
export const groupNames = ["core", "processing", "ml"] as const;
export type GroupName = (typeof groupNames)[number];

const port = z.int().min(1).max(65535);
const componentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "a component's name: lower-case letters, digits and dashes");
const memoryMiB = z.int().min(32).max(1_048_576);
const cpus = z.number().min(0.05).max(256);

/** A size that replaces a component's own. */
const size = z.strictObject({
  /** CPU limit, in cores. */
  cpus: cpus.optional(),
  /** Memory limit, in MiB. */
  memoryMiB: memoryMiB.optional(),
  /** Share under contention, in cores. */
  reservedCpus: cpus.optional(),
  /** Memory kept under pressure, in MiB. */
  reservedMemoryMiB: memoryMiB.optional(),
});

const workers = z
  .strictObject({
    /** Number of workers; on a target with autoscaling, the number to begin with. */
    count: z.int().min(1).max(64).default(3),
    /** Bounds of autoscaling. Default: `count`, so that nothing is scaled. */
    min: z.int().min(1).max(64).optional(),
    max: z.int().min(1).max(64).optional(),
    /** Cores that one worker offers to applications. */
    cores: z.int().min(1).max(64).default(1),
    /** Memory that one worker offers to applications, in MiB; the container gets 512 more. */
    memoryMiB: z.int().min(512).max(1_048_576).default(768),
  })
  .refine(({ min, count }) => min === undefined || min <= count, {
    path: ["min"],
    error: "`min` must not exceed `count`",
  })
  .refine(({ max, count }) => max === undefined || max >= count, {
    path: ["max"],
    error: "`max` must not be below `count`",
  });

const common = {
  /** Begins every name that the environment creates. */
  name: z.string().regex(/^[a-z][a-z0-9]{1,11}$/, "2 to 12 lower-case letters and digits, a letter first"),
  /** The groups that the environment has. A group needs `core`. */
  groups: z
    .array(z.enum(groupNames))
    .min(1)
    .refine((groups) => groups.includes("core"), "`core` must be among the groups, because the others use it")
    .refine((groups) => new Set(groups).size === groups.length, "each group once")
    .default([...groupNames]),
  /** Sizes by component, over the components' own. */
  sizes: z.record(componentName, size).default({}),
  kafka: z
    .strictObject({
      /** One broker, or three with every topic on all of them. */
      brokers: z.literal([1, 3]).default(1),
    })
    .prefault({}),
  spark: z.strictObject({ workers: workers.prefault({}) }).prefault({}),
  /** The first of two keys for deleting data; the second is typing the environment's name. Default `forbidden`. */
  dataDeletion: z.enum(["allowed", "forbidden"]).default("forbidden"),
  /** Registry (host, optional path) that mirrors all images. Default: each image's own. */
  imageRegistry: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "host[:port][/path], without scheme")
    .optional(),
};

const docker = z.strictObject({
  ...common,
  target: z.literal("docker"),
  /** Address on which published ports listen. Default loopback. */
  bindAddress: z.ipv4({ error: "an IPv4 address" }).default("127.0.0.1"),
  /** Host name under which the operator reaches published ports. Default: the bind address. */
  operatorHost: z.string().min(1).optional(),
  /** Added to every published port, so that two environments share a host. */
  portOffset: z.int().min(0).max(50_000).default(0),
  /** Published ports by endpoint (`minio.console`), over the components' own; `portOffset` is not added to these. */
  ports: z.record(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/, "component.endpoint"), port).default({}),
});

const aws = z.strictObject({
  ...common,
  target: z.literal("aws"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region, for example eu-central-1"),
  /** IPv4 range of the VPC, a /16. */
  vpcCidr: z
    .string()
    .regex(/^10\.\d{1,3}\.0\.0\/16$/, "10.x.0.0/16")
    .default("10.20.0.0/16"),
  /** Number of availability zones. */
  zones: z.literal([2, 3]).default(3),
  /** DNS zone, in Route 53, under which operator endpoints get names. */
  domain: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "a DNS name"),
  /** Where Terraform keeps the state. */
  state: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("s3"), bucket: z.string().min(3).max(63) }),
    z.strictObject({ kind: z.literal("local") }),
  ]),
  /** IPv4 ranges that may reach the load balancer. */
  operatorCidrs: z.array(z.cidrv4()).min(1),
  database: z
    .strictObject({
      instanceClass: z
        .string()
        .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "an RDS class, for example db.t4g.medium")
        .default("db.t4g.medium"),
      storageGiB: z.int().min(20).max(65_536).default(50),
      multiAz: z.boolean().default(true),
    })
    .prefault({}),
  cache: z
    .strictObject({
      nodeType: z
        .string()
        .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "an ElastiCache class")
        .default("cache.t4g.small"),
    })
    .prefault({}),
  brokers: z
    .strictObject({
      instanceType: z
        .string()
        .regex(/^kafka\.[a-z0-9]+\.[a-z0-9]+$/, "an MSK class")
        .default("kafka.t3.small"),
      storageGiB: z.int().min(10).max(16_384).default(100),
    })
    .prefault({}),
  /** Days for which logs are kept. */
  logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]).default(30),
});

/** One environment. Every key is checked; unknown ones are refused. */
export const environmentSchema = z.discriminatedUnion("target", [docker, aws], { error: "docker or aws" });

/** What an environment file states. */
export type EnvironmentInput = z.input<typeof environmentSchema>;
/** An environment with all defaults filled in. */
export type EnvironmentConfig = z.output<typeof environmentSchema>;
export type DockerConfig = Extract<EnvironmentConfig, { target: "docker" }>;
export type AwsConfig = Extract<EnvironmentConfig, { target: "aws" }>;
