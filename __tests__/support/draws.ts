/** Draws that are the same in every run. */
export interface Draw {
  /** A whole number; both ends are possible. */
  readonly whole: (from: number, to: number) => number;
  readonly one: <T>(values: readonly T[]) => T;
}

/** Draws from a seed (mulberry32). */
export function draws(seed: number): Draw {
  let state = seed;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(fraction() * (to - from + 1));
  return {
    whole,
    one: (values) => {
      if (values.length === 0) throw new Error("nothing to draw from");
      return values[whole(0, values.length - 1)] as (typeof values)[number];
    },
  };
}
