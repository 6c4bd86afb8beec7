import { z } from "zod";

/** The most memory that settings may ask of one machine, in MiB. */
export const machineMiB = 1_048_576;

/** A mistake that only several settings together show. */
export interface Mistake {
  /** Path of the setting to name, from the object that is checked. */
  readonly path: readonly PropertyKey[];
  /** What it may be, in words. */
  readonly allowed: string;
  /** What to do. Default: to correct the setting in the environment's file. */
  readonly remedy?: string;
}

/** A mistake that says what to do. */
export type AdvisedMistake = Mistake & { readonly remedy: string };

/**
 * A text that has to be of a certain kind.
 *
 * @param allowed what it may be, in words, with an example where one helps
 */
export function textField(allowed: string, accepts: RegExp | ((text: string) => boolean)) {
  const test = accepts instanceof RegExp ? (text: string) => accepts.test(text) : accepts;
  return z.string().refine(test).describe(allowed);
}

/** Checks settings against each other; what it finds is reported like everything else that is wrong. */
export function checked<T extends z.ZodType>(schema: T, check: (value: z.output<T>) => readonly Mistake[]) {
  return schema.superRefine((value, context) => {
    for (const { path, ...params } of check(value)) {
      context.addIssue({ code: "custom", path: [...path], params, message: params.allowed });
    }
  });
}

/** The mistake of a reservation that exceeds its limit. */
export function reservationMistakes(size: {
  readonly cpus?: number | undefined;
  readonly memoryMiB?: number | undefined;
  readonly reservedCpus?: number | undefined;
  readonly reservedMemoryMiB?: number | undefined;
}): AdvisedMistake[] {
  const mistake = (reserved: "reservedCpus" | "reservedMemoryMiB", limit: "cpus" | "memoryMiB"): AdvisedMistake[] =>
    (size[reserved] ?? 0) > (size[limit] ?? Infinity)
      ? [
          {
            path: [reserved],
            allowed: `${size[limit] ?? ""} or less, which is the limit (${limit}) beside it`,
            remedy: `Lower ${reserved} or raise ${limit}.`,
          },
        ]
      : [];
  return [...mistake("reservedCpus", "cpus"), ...mistake("reservedMemoryMiB", "memoryMiB")];
}
