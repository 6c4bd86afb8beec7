/** Something with others that come before it. */
export interface Ordered {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

/**
 * Does the work of each item when all that it depends on is done, independent ones at the same time.
 * After a failure nothing that depends on the failed item is begun; the others go on.
 *
 * @param work gives false when the item failed
 * @returns the items that were not begun
 */
export async function inOrder<T extends Ordered>(
  items: readonly T[],
  work: (item: T) => Promise<boolean>,
): Promise<T[]> {
  const ids = new Set(items.map(({ id }) => id));
  const results = new Map<string, Promise<boolean>>();
  const skipped: T[] = [];
  const begin = (item: T): Promise<boolean> => {
    const known = results.get(item.id);
    if (known) return known;
    const result = (async () => {
      const before = items.filter(({ id }) => ids.has(id) && item.dependsOn.includes(id));
      const outcomes = await Promise.all(before.map(begin));
      if (outcomes.every(Boolean)) return work(item);
      skipped.push(item);
      return false;
    })();
    results.set(item.id, result);
    return result;
  };
  await Promise.all(items.map(begin));
  return skipped;
}

/** The same items with their dependencies turned round: what the others need goes last. */
export function reversed<T extends Ordered>(items: readonly T[]): T[] {
  return items.map((item) => ({
    ...item,
    dependsOn: items.filter(({ dependsOn }) => dependsOn.includes(item.id)).map(({ id }) => id),
  }));
}
