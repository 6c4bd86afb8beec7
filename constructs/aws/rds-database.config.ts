import { z } from "zod";
import { instanceClass } from "./instance-class.config";

/** How many times the database's storage may grow by itself. */
export const storageGrowth = 4;

/** The most that RDS keeps for one PostgreSQL instance, in GiB (64 TiB). */
const largestStorageGiB = 65_536;
const largestStartGiB = largestStorageGiB / storageGrowth;

/** PostgreSQL as RDS runs it. */
export const databaseSettings = z
  .strictObject({
    /** Default db.t4g.medium. */
    instanceClass: instanceClass("db", "an RDS instance class, for example db.t4g.medium").default("db.t4g.medium"),
    /** Storage to begin with, in GiB; it grows by itself to four times as much. Default 50. */
    storageGiB: z
      .int()
      .min(20)
      .max(largestStartGiB)
      .describe(
        `a whole number from 20 to ${largestStartGiB} (it grows to ${storageGrowth} times as much, and RDS ends at ${largestStorageGiB})`,
      )
      .default(50),
    /** A standby in another zone. Default true. */
    multiAz: z.boolean().default(true),
  })
  .prefault({});
