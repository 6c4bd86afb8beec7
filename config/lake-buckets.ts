/** Raw, cleaned and ready-to-use data: the layers that every lakehouse has. */
export const lakeBuckets = ["bronze", "silver", "gold"] as const;
