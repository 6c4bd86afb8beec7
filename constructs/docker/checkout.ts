import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { complain } from "../core/errors";
import { createPrivate, readPrivate } from "../core/private-files";
import { topFromStack } from "./top-from-stack";

/** File with the checkout's id, relative to the repository's top. */
export const checkoutFile = ".datalab/checkout";

/** Label of a volume or container with the id of the checkout that made it. */
export const checkoutLabel = "datalab.checkout";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The checkout's id inside a stack. Terraform reads the file, so that the stack's text is the same on every machine. */
export function checkoutExpression(): string {
  return `\${trimspace(file("${topFromStack}/${checkoutFile}"))}`;
}

/**
 * The id of this checkout, or undefined when nothing has been synthesised here yet.
 *
 * @throws ConfigurationError when the file is empty or was changed by hand.
 */
export function checkoutId(top: string): string | undefined {
  const id = readPrivate(join(top, checkoutFile))?.toString("utf8").trim();
  if (id === undefined) return undefined;
  if (pattern.test(id)) return id;
  throw complain({
    key: checkoutFile,
    given: id,
    allowed: "a random UUID, the one that the labels of this checkout's volumes have",
    remedy:
      `Restore it from a backup, or read it from a volume: docker volume inspect VOLUME (label ${checkoutLabel}). ` +
      "When no volume has been made from here, delete the file; the next command makes a new one.",
  });
}

/**
 * Makes the checkout's id when there is none. Of several processes that make one at the same time, one wins,
 * and the file is never seen half written.
 *
 * @throws ConfigurationError when there is one that cannot be right.
 */
export function ensureCheckoutId(top: string): void {
  if (checkoutId(top) !== undefined) return;
  createPrivate(join(top, checkoutFile), `${randomUUID()}\n`);
}
