import { complain } from "./errors";

/** An image that somebody else publishes, by its full reference. */
export interface UpstreamImage {
  readonly kind: "upstream";
  readonly reference: string;
  /** Whether `/bin/sh` is in it. */
  readonly shell: boolean;
}

/** An image that this project builds. */
export interface OwnImage {
  readonly kind: "own";
  readonly name: string;
  /** What it builds upon, which may be an image of our own; handed to the build as the argument `BASE_IMAGE`. */
  readonly base: ImageRef;
  /** Folder below `images` with its Dockerfile. */
  readonly folder: string;
}

export type ImageRef = UpstreamImage | OwnImage;

/**
 * An upstream image. Those that hold a single program and no shell have to say so (`shell: false`).
 *
 * @throws ConfigurationError when the reference has no tag or the tag `latest`: what runs must not depend on the day.
 */
export function upstream(reference: string, { shell = true }: { readonly shell?: boolean } = {}): UpstreamImage {
  const tag = /:([\w][\w.-]*)(@sha256:[0-9a-f]{64})?$/.exec(reference)?.[1];
  if (tag === undefined || tag === "latest") {
    throw complain({
      key: "an image in config/images.ts",
      given: reference,
      allowed: "a reference with a fixed tag, for example redis:7.2.16-bookworm",
      remedy: "Give the image a tag other than latest.",
    });
  }
  return { kind: "upstream", reference, shell };
}

/** Whether an image lacks `/bin/sh`. Ours are built on images that have it. */
export function lacksShell(image: ImageRef): image is UpstreamImage {
  return image.kind === "upstream" && !image.shell;
}

/**
 * An image of our own, built upon `base`.
 *
 * @param folder folder below `images` with its Dockerfile; two images may share one and differ in their base. Default: `name`
 */
export function own(name: string, base: ImageRef, folder = name): OwnImage {
  return { kind: "own", name, base, folder };
}

/** The upstream image below an image and all its bases of our own. */
export function rootOf(image: ImageRef): UpstreamImage {
  return image.kind === "own" ? rootOf(image.base) : image;
}

/** The reference of an upstream image in a registry that mirrors it: the original registry's name is dropped. */
export function mirrored(reference: string, registry: string | undefined): string {
  return registry === undefined ? reference : `${registry}/${splitReference(reference).repository}`;
}

/** The parts of a reference. Its first part names a registry only if it has a dot or a colon, or is `localhost`. */
export function splitReference(reference: string): { readonly registry?: string; readonly repository: string } {
  const [, registry, repository] = /^([^/]*[.:][^/]*|localhost)\/(.*)$/.exec(reference) ?? [];
  return registry === undefined || repository === undefined ? { repository: reference } : { registry, repository };
}
