import { createHash } from "node:crypto";

/**
 * A name for resources whose names AWS limits more tightly than ours: as it is where it fits,
 * otherwise shortened and made unique by a hash.
 *
 * @param limit most characters that AWS takes, at least 12
 */
export function shortName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, limit - 7).replace(/-+$/, "")}-${hash}`;
}
