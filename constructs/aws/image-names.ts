import { type ImageRef, mirrored } from "../core/image";
import { contentTag } from "../core/image-content";
import type { FoundationStack } from "./foundation-stack";

/** An image as a task names it. */
export interface TaskImage {
  readonly reference: string;
  /** The repository's ARN where it is one of ECR, which asks for permission. */
  readonly repositoryArn: string | undefined;
}

/** Upstream images come from their own registry or its mirror, own images from the environment's repositories. */
export function taskImage(image: ImageRef, foundation: FoundationStack): TaskImage {
  const { imageRegistry } = foundation.aws;
  if (image.kind === "own") {
    const repository = foundation.repositories.of(image);
    return {
      reference: `${repository.repositoryUrl}:${contentTag(image, imageRegistry)}`,
      repositoryArn: repository.arn,
    };
  }
  const reference = mirrored(image.reference, imageRegistry);
  return { reference, repositoryArn: ecrArn(reference, foundation.partition) };
}

/** The ARNs of the repositories of ECR, which ask for permission, behind some images. */
export function repositoryArns(images: readonly ImageRef[], foundation: FoundationStack): string[] {
  return [...new Set(images.flatMap((image) => taskImage(image, foundation).repositoryArn ?? []))];
}

/** The ARN of the repository behind a reference, if it is in ECR. */
function ecrArn(reference: string, partition: string): string | undefined {
  const parts = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/.exec(reference);
  if (!parts) return undefined;
  const [, account = "", region = "", repository = ""] = parts;
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}
