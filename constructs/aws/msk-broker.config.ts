import { z } from "zod";
import { instanceClass } from "./instance-class.config";

/** What MSK needs to know of Kafka beyond its brokers' size. */
export const mskSettings = z
  .strictObject({
    /** MSK has as many brokers in every zone, and the network has three zones. Default 3. */
    brokers: z.literal(3).describe("3, one in each of the three zones that MSK spreads its brokers over").default(3),
  })
  .prefault({});

/** The machines of MSK's brokers. */
export const brokerSettings = z
  .strictObject({
    /** Default kafka.t3.small. */
    instanceType: instanceClass("kafka", "an MSK broker type, for example kafka.t3.small").default("kafka.t3.small"),
    /** Storage of each broker, in GiB; MSK ends at 16384. Default 100. */
    storageGiB: z.int().min(10).max(16_384).default(100),
  })
  .prefault({});
