import type { ImageRef } from "./image";

/** The name under which the target knows an image; one of our own is built first. */
export class ImageName {
  constructor(readonly image: ImageRef) {}
}

/** The name of the network on which an environment's containers reach each other. */
export class NetworkName {
  readonly kind = "network-name";
}

/** The id of the checkout that deploys, which tells whose a volume is. */
export class CheckoutId {
  readonly kind = "checkout-id";
}

/** A text that only the target knows. */
export type TargetText = ImageName | NetworkName | CheckoutId;

export function isTargetText(part: object): part is TargetText {
  return part instanceof ImageName || part instanceof NetworkName || part instanceof CheckoutId;
}
