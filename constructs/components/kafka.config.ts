import { z } from "zod";

/** Kafka where containers run it. */
export const kafkaSettings = z
  .strictObject({
    /** One broker, or three with every topic on all of them. Default 1. */
    brokers: z.literal([1, 3]).default(1),
  })
  .prefault({});
