import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { TerraformOutput } from "cdktf";
import type { OwnImage } from "../core/image";
import { buildArguments, contentTag } from "../core/image-content";
import type { AwsStack } from "./aws-stack";
import { add } from "./resource";

/** Versions of an image that are kept, so that a deployment can be taken back. */
const keptVersions = 30;

/** The repositories of own images, one each, made for the images that are used. Outputs say how to fill them. */
export class ImageRepositories {
  private readonly repositories = new Map<string, EcrRepository>();
  private order: TerraformOutput | undefined;

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
    this.tellHowToBuild(image, repository);
    this.repositories.set(image.name, repository);
    this.order ??= new TerraformOutput(this.stack, "images", { value: "" });
    this.order.value = [...this.repositories.keys()].join(" ");
    return repository;
  }

  /**
   * Outputs `image-<name>`, the reference that tasks use, and `build-<name>`, the command that makes it. The output
   * `images` has all names, each after that of the image upon which it builds.
   */
  private tellHowToBuild(image: OwnImage, repository: EcrRepository): void {
    const { imageRegistry } = this.stack.aws;
    const reference = `${repository.repositoryUrl}:${contentTag(image, imageRegistry)}`;
    const { base } = image;
    const args = {
      ...buildArguments(image, imageRegistry),
      ...(base.kind === "own"
        ? { BASE_IMAGE: `${this.of(base).repositoryUrl}:${contentTag(base, imageRegistry)}` }
        : {}),
    };
    const build = [
      // What Fargate runs; see the task definitions.
      "docker build --platform linux/amd64",
      ...Object.entries(args).map(([name, value]) => `--build-arg ${name}=${value}`),
      `--tag ${reference}`,
      `images/${image.folder}`,
    ];
    new TerraformOutput(this.stack, `image-${image.name}`, { value: reference });
    new TerraformOutput(this.stack, `build-${image.name}`, { value: build.join(" ") });
  }
}
