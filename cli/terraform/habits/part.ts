import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface StackFile {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, { depends_on?: readonly string[] }>>>>;
}

/**
 * Does work on a part of a stack while, in the stack's file, nothing of the part waits for what is outside of it:
 * with `-target`, Terraform would make that as well. What came before it by way of others still does.
 *
 * When this is cut off, the next command finds the file changed and writes it anew.
 */
export async function whileApart<T>(
  folder: string,
  part: readonly string[] | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (part === undefined) return work();
  const file = join(folder, "cdk.tf.json");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, apart(text, part));
  try {
    return await work();
  } finally {
    writeFileSync(file, text);
  }
}

/** The text of a stack's file in which resources of a part depend on others of it only. */
export function apart(text: string, part: readonly string[]): string {
  const stack = JSON.parse(text) as StackFile;
  const resources = new Map<string, { depends_on?: readonly string[] }>(
    Object.entries(stack.resource ?? {}).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, resource]) => [`${type}.${name}`, resource] as const),
    ),
  );
  const inside = new Set(part);
  const before = new Map<string, readonly string[]>(
    [...resources].map(([address, { depends_on = [] }]) => [address, depends_on]),
  );
  const nearestInside = (address: string): readonly string[] =>
    inside.has(address) ? [address] : (before.get(address) ?? []).flatMap(nearestInside);
  for (const address of inside) {
    const resource = resources.get(address);
    if (resource?.depends_on) resource.depends_on = [...new Set(resource.depends_on.flatMap(nearestInside))];
  }
  return JSON.stringify(stack, undefined, 2);
}
