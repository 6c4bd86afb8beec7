import { z } from "zod";
import { textField } from "../../../config/fields";

const slots = z.int().min(0).max(10_000);
const poolName = textField(
  "the name of a pool (letters, digits and . _ -, a letter first), for example lake",
  /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
);

/** Airflow. */
export const airflowSettings = z
  .strictObject({
    /** Tasks that run at the same time, in all pools together; each takes about 120 MiB of the scheduler's memory. Default 4. */
    parallelism: z.int().min(1).max(64).default(4),
    /** Slots of pools by name; a task of a pool waits for a free one. Default: `lake` with 4, which the example uses. */
    pools: z.record(poolName, slots).default({ lake: 4 }),
    /** Whether there is a triggerer, without which no deferrable operator comes to its end. Default false. */
    triggerer: z.boolean().default(false),
  })
  .prefault({});
