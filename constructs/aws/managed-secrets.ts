import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, Token } from "cdktf";
import type { Secret } from "../core/reference";
import { refuse } from "../core/refusal";
import { formatWords, type SecretFormat } from "../core/secret-format";
import type { AwsStack } from "./aws-stack";
import { Ephemeral } from "./ephemeral";
import { add } from "./resource";

/** A secret in Secrets Manager. */
export interface ManagedSecret {
  readonly arn: string;
  /** The version that is in use; another value is another version. */
  readonly versionId: string;
  /** What ECS reads: this very version, so that a new value is a new task definition. */
  readonly valueFrom: string;
  /** What CloudFormation reads by itself, in a template. */
  readonly dynamicReference: string;
}

/** A secret's value for a write-only argument: it is in neither plan nor state. */
export interface WriteOnlyValue {
  readonly value: string;
  /** A number that changes with the value, for the argument's version. */
  readonly version: number;
}

/**
 * The environment's secrets. They are in the foundation, so that taking a group down and up again finds the values
 * that its data was written with. Terraform draws a value (an ephemeral resource), hands it to Secrets Manager
 * (a write-only argument) and forgets it. Replacing the version draws a new one.
 */
export class ManagedSecrets {
  private readonly secrets = new Map<string, ManagedSecret>();

  constructor(private readonly foundation: AwsStack & { readonly keyArn: string }) {}

  /** The secret, made when it is needed first. */
  of(secret: Secret): ManagedSecret {
    const known = this.secrets.get(secret.id);
    if (known) return known;
    const made = this.create(secret);
    this.secrets.set(secret.id, made);
    return made;
  }

  /** The value, for a resource in `stack`. */
  writeOnly(stack: AwsStack, secret: Secret): WriteOnlyValue {
    const { arn, versionId } = this.of(secret);
    // Read back, not drawn again: what is stored counts, also when an earlier run was interrupted in between.
    const stored = new Ephemeral(stack, "aws_secretsmanager_secret_version", idOf(secret), {
      secret_id: arn,
      version_id: versionId,
    });
    return {
      value: `\${${stored.attribute("secret_string")}}`,
      version: Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(versionId), 0, 7), 16)),
    };
  }

  private create(secret: Secret): ManagedSecret {
    const stack = this.foundation;
    refuseImpossible(stack.environment.name, secret);
    const id = idOf(secret);
    const drawn = new Ephemeral(stack, "aws_secretsmanager_random_password", id, drawing(secret.format));
    const holder = add(SecretsmanagerSecret, stack, id, {
      name: `${stack.environment.name}/${secret.owner}/${secret.name}`,
      kmsKeyId: stack.keyArn,
      // Days in which a deleted secret can be had back; its name is taken for as long.
      recoveryWindowInDays: stack.dataDeletable ? 0 : 30,
      lifecycle: { preventDestroy: !stack.dataDeletable },
    });
    const version = add(SecretsmanagerSecretVersion, stack, id, {
      secretId: holder.id,
      secretStringWo: `\${${shaped(secret.format, drawn.attribute("random_password"))}}`,
      secretStringWoVersion: 1,
    });
    return {
      arn: version.arn,
      versionId: version.versionId,
      valueFrom: `${version.arn}:::${version.versionId}`,
      dynamicReference: `{{resolve:secretsmanager:${version.arn}:SecretString:::${version.versionId}}}`,
    };
  }
}

function idOf(secret: Secret): string {
  return secret.id.replaceAll(".", "-");
}

/** Arguments of the draw; the alphabet is that of the Docker target, which is safe in URIs, shells and ini files. */
function drawing(format: SecretFormat): Record<string, unknown> {
  const letters = { password_length: 32, exclude_punctuation: true, include_space: false };
  // Hexadecimal digits only.
  const hexadecimal = { ...letters, exclude_uppercase: true, exclude_characters: "ghijklmnopqrstuvwxyz" };
  if (format === "uuid") return hexadecimal;
  if (typeof format === "object" && "hex" in format) return { ...hexadecimal, password_length: format.hex * 2 };
  if (typeof format === "object" && "base64url" in format) return { ...letters, password_length: format.base64url };
  return letters;
}

/**
 * Refuses what cannot be made from drawn characters.
 *
 * @throws ConfigurationError with the reason.
 */
function refuseImpossible(environment: string, { id, format, owner }: Secret): void {
  if (typeof format === "string" || "hex" in format || "base64url" in format) return;
  const reason =
    "given" in format
      ? "a value that somebody else gave out would be in Terraform's plan"
      : "bcrypt" in format
        ? "a hash would have to be made where Terraform keeps no value"
        : "credentialsOf" in format
          ? "the service's identity takes its place"
          : "its key would be in Terraform's state; the load balancer ends TLS there with certificates of its own";
  throw refuse({
    environment,
    component: owner,
    field: `secret ${id} (${formatWords(format)})`,
    reason: `on AWS there is none, because ${reason}`,
    remedy: `Leave ${owner} out of ${environment}, or let it do without this secret there.`,
  });
}

/** The value in the secret's format, as a Terraform expression over the drawn characters. */
function shaped(format: SecretFormat, drawn: string): string {
  if (typeof format === "object") {
    if ("base64url" in format) return `replace(replace(base64encode(${drawn}), "+", "-"), "/", "_")`;
    return drawn;
  }
  switch (format) {
    case "password":
      return drawn;
    case "uuid":
      // Version 4, variant 1: the digits in these two places are fixed.
      return `format("%s-%s-4%s-a%s-%s", ${[
        [0, 8],
        [8, 4],
        [13, 3],
        [17, 3],
        [20, 12],
      ]
        .map(([start, length]) => `substr(${drawn}, ${start ?? 0}, ${length ?? 0})`)
        .join(", ")})`;
    case "gossip-key":
      // 32 bytes, as Consul wants; from 62 characters they carry 190 bits.
      return `base64encode(${drawn})`;
  }
}
