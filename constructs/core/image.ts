import { complain } from "./errors";

/** An image that somebody else publishes, by its full reference. */
export interface UpstreamImage {
  readonly kind: "upstream";
  readonly reference: string;
  /** Whether `/bin/sh` is in it. */
  readonly shell: boolean;
}

/** An image that this project builds from `images/<name>`. */
export interface OwnImage {
  readonly kind: "own";
  readonly name: string;
  /** The upstream image it builds upon; handed to the build as the argument `BASE_IMAGE`. */
  readonly base: UpstreamImage;
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

/** Whether `/bin/sh` is in an image. Ours are built on images that have it. */
export function hasShell(image: ImageRef): boolean {
  return image.kind === "own" || image.shell;
}

/** An image of our own, built from `images/<name>` upon `base`. */
export function own(name: string, base: UpstreamImage): OwnImage {
  return { kind: "own", name, base };
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
