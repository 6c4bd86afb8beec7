import { z } from "zod";

/** Loki where containers run it. */
export const lokiSettings = z
  .strictObject({
    /** Days for which log lines are kept; older ones are deleted from the object store. Default 14. */
    retentionDays: z.int().min(1).max(3650).default(14),
  })
  .prefault({});
