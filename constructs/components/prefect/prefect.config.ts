import { z } from "zod";

/** Prefect's workers, what their flows may use, and how long runs are kept. */
export const prefectSettings = z
  .strictObject({
    workers: z
      .strictObject({
        /** Number of equal workers on the work pool `default`. Default 2. */
        count: z.int().min(1).max(32).default(2),
        /** Runs that one worker runs at the same time, each with 144 MiB of the worker's memory. Default 4. */
        runs: z.int().min(1).max(64).default(4),
      })
      .prefault({}),
    /** Days after which a run that has ended is removed, with its tasks, logs and artifacts. Default 30. */
    runRetentionDays: z.int().min(1).max(3650).default(30),
    /** What flows get an address and an account for. Their own bucket `prefect`, with their code, they always have. */
    grants: z
      .strictObject({
        /** The buckets bronze, silver and gold. Default `read-write`. */
        lake: z.enum(["none", "read", "read-write"]).default("read-write"),
        /** Kafka: `KAFKA_BOOTSTRAP_SERVERS`. Default `false`. */
        kafka: z.boolean().default(false),
        /** MLflow, with the administrator's log-in: `MLFLOW_TRACKING_URI` and what goes with it. Default `false`. */
        mlflow: z.boolean().default(false),
      })
      .prefault({}),
  })
  .prefault({});

export type PrefectSettings = z.output<typeof prefectSettings>;
