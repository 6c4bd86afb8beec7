import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import type { OwnImage } from "../core/image";
import type { AwsStack } from "./aws-stack";
import { add } from "./resource";

/** Versions of an image that are kept, so that a deployment can be taken back. */
const keptVersions = 30;

/** The repositories of own images, one each, made for the images that are used. */
export class ImageRepositories {
  private readonly repositories = new Map<string, EcrRepository>();

  constructor(
    private readonly stack: AwsStack,
    private readonly keyArn: string,
  ) {}

  of(image: OwnImage): EcrRepository {
    const known = this.repositories.get(image.name);
    if (known) return known;
    const repository = add(EcrRepository, this.stack, image.name, {
      name: `${this.stack.environment.name}/${image.name}`,
      // A tag is a hash of the content, so it can never mean something else.
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: this.keyArn }],
      // Images can be built again; a repository without its images is no loss.
      forceDelete: this.stack.dataDeletable,
    });
    add(EcrLifecyclePolicy, this.stack, image.name, {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `keep ${keptVersions} versions`,
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keptVersions },
            action: { type: "expire" },
          },
        ],
      }),
    });
    this.repositories.set(image.name, repository);
    return repository;
  }
}
