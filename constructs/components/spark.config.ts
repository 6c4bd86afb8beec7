import { z } from "zod";
import { checked } from "../../config/fields";

/**
 * Memory of a worker's container beside what the worker offers, in MiB: its daemon, whose heap is smaller in a small
 * environment, and native memory of executors.
 */
export const workerOverheadMiB = { small: 384, medium: 512, large: 512 } as const;

/** Three quarters of it are an executor's heap, of which Spark takes 450 MiB at least. */
export const leastWorkerMiB = 600;

const count = z.int().min(1).max(64);

const workers = checked(
  z.strictObject({
    /** Number of workers; on a target with autoscaling, the number to begin with. Default 3. */
    count: count.default(3),
    /** Bounds of autoscaling. Default: `count`, so that nothing is scaled. */
    min: count.optional(),
    max: count.optional(),
    /** Cores that one worker offers to applications. Default 1. */
    cores: z.int().min(1).max(64).default(1),
    /** Memory that one worker offers to applications, in MiB; the container gets 512 more, or 384 with `size: "small"`. Default 768. */
    memoryMiB: z.int().min(leastWorkerMiB).max(1_048_576).default(768),
  }),
  ({ min, max, count: start }) => [
    ...(min !== undefined && min > start
      ? [{ path: ["min"], allowed: `${start} or less, which is \`count\``, remedy: "Lower min or raise count." }]
      : []),
    ...(max !== undefined && max < start
      ? [{ path: ["max"], allowed: `${start} or more, which is \`count\``, remedy: "Raise max or lower count." }]
      : []),
  ],
);

const history = z.strictObject({
  /** Days for which finished applications can be looked at. Default 30. */
  retentionDays: z.int().min(1).max(3650).default(30),
});

/** Spark's standalone cluster. */
export const sparkSettings = z
  .strictObject({ workers: workers.prefault({}), history: history.prefault({}) })
  .prefault({});
