import { z } from "zod";

/** How long Prometheus keeps metrics: until they are this old, or take this much space. */
export const monitoringSettings = z
  .strictObject({
    /** Days. Default 15. */
    retentionDays: z.int().min(1).max(3650).default(15),
    /** Space on disk, in GiB. Default 10. */
    retentionGiB: z.int().min(1).max(65_536).default(10),
  })
  .prefault({});

/** The settings with all defaults filled in. */
export type MonitoringSettings = z.output<typeof monitoringSettings>;
