import { z } from "zod";
import { instanceClass } from "./instance-class.config";

/** Redis as ElastiCache runs it. */
export const cacheSettings = z
  .strictObject({
    /** Default cache.t4g.small. */
    nodeType: instanceClass("cache", "an ElastiCache node type, for example cache.t4g.small").default(
      "cache.t4g.small",
    ),
  })
  .prefault({});
