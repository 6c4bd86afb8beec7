import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, S3Backend } from "cdktf";
import type { AwsConfig } from "../../config/schema";
import type { ComponentRecord } from "../core/component-record";
import type { PlatformEnvironment } from "../core/environment";
import { noFacts } from "../core/facts";
import { PlatformStack } from "../core/platform-stack";

/** Version of hashicorp/aws from which the classes are generated. */
const awsProviderVersion = "5.100.0";

/** The first Terraform with write-only arguments, which keep secrets out of the state. */
const terraformVersion = ">= 1.11.0";

/** A stack with the AWS provider, and its state where the environment says. */
export abstract class AwsStack extends PlatformStack {
  readonly facts = noFacts();
  private identity: DataAwsCallerIdentity | undefined;

  constructor(environment: PlatformEnvironment, part: string) {
    super(environment, part);
    new AwsProvider(this, "aws", {
      region: this.aws.region,
      defaultTags: [{ tags: { "datalab:environment": environment.name, "datalab:group": part } }],
    });
    this.addOverride("terraform.required_version", terraformVersion);
    this.addOverride("terraform.required_providers.aws.version", awsProviderVersion);
    this.keepState();
  }

  /** The configuration of an AWS environment. */
  get aws(): AwsConfig {
    const { config } = this.environment;
    if (config.target !== "aws") throw new Error(`${this.environment.name} is no AWS environment`);
    return config;
  }

  /** The number of the account, known to Terraform. */
  get account(): string {
    this.identity ??= new DataAwsCallerIdentity(this, "current", {});
    return this.identity.accountId;
  }

  /** First part of ARNs in the environment's region. */
  get partition(): string {
    if (this.aws.region.startsWith("cn-")) return "aws-cn";
    return this.aws.region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }

  /** Whether the environment's first key for deleting data is given. */
  get dataDeletable(): boolean {
    return this.aws.dataDeletion === "allowed";
  }

  /** The stack in which a component lives. */
  stackOf({ name, stackId }: ComponentRecord): AwsStack {
    const stack = this.environment.stacks.find(({ id }) => id === stackId);
    if (!(stack instanceof AwsStack)) throw new Error(`${name} is not in an AWS stack`);
    return stack;
  }

  /** The name of something in AWS, which other environments in the account share. */
  named(id: string): string {
    return `${this.environment.name}-${id}`;
  }

  private keepState(): void {
    const { state, region } = this.aws;
    if (state.kind === "local") {
      new LocalBackend(this, { path: `../../../.datalab/state/${this.node.id}.tfstate` });
      return;
    }
    new S3Backend(this, { bucket: state.bucket, key: `${this.node.id}.tfstate`, region, encrypt: true });
    // Newer than the class: a lock file beside the state, in place of a DynamoDB table.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }
}
