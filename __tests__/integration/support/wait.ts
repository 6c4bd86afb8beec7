import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until `condition` yields something other than undefined, asking every 250 ms.
 *
 * @throws Error naming what was waited for, with the last failure, after `seconds`.
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  condition: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await condition();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await delay(250);
  }
  throw new Error(`${what}: not within ${seconds} s`, { cause: last });
}
