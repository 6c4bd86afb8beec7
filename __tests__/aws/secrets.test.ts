import { Component } from "../../constructs/core/component";
import { Secret } from "../../constructs/core/reference";
import { FoundationStack } from "../../constructs/aws/foundation-stack";
import { awsCore, readable, resourcesOf } from "./support";

class Holder extends Component {
  readonly secrets = {
    password: this.secret("a-password"),
    uuid: this.secret("an-id", "uuid"),
    gossip: this.secret("a-key", "gossip-key"),
  };
}

const { stacks } = awsCore((stack) => {
  const foundation = stack.environment.stacks.find((other) => other instanceof FoundationStack);
  for (const secret of Object.values(new Holder(stack, "holder").secrets)) {
    if (secret instanceof Secret) foundation?.secrets.of(secret);
  }
});

describe("a secret on AWS", () => {
  const drawn = (stacks["prod-foundation"]?.["ephemeral"] as Record<string, Record<string, unknown>>)[
    "aws_secretsmanager_random_password"
  ];
  const stored = resourcesOf(stacks, "aws_secretsmanager_secret_version");
  const value = "ephemeral.aws_secretsmanager_random_password.holder-";

  it("is drawn by an ephemeral resource and stored by a write-only argument", () => {
    expect(drawn?.["holder-a-password"]).toEqual({
      password_length: 32,
      exclude_punctuation: true,
      include_space: false,
    });
    expect(stored["holder-a-password"]).toMatchObject({ secret_string_wo: `\${${value}a-password.random_password}` });
  });

  it("is a UUID of version 4 where that is asked for", () => {
    expect(drawn?.["holder-an-id"]).toMatchObject({
      exclude_characters: "ghijklmnopqrstuvwxyz",
      exclude_uppercase: true,
    });
    const part = (start: number, length: number) => `substr(${value}an-id.random_password, ${start}, ${length})`;
    expect(stored["holder-an-id"]).toMatchObject({
      secret_string_wo: `\${format("%s-%s-4%s-a%s-%s", ${part(0, 8)}, ${part(8, 4)}, ${part(13, 3)}, ${part(17, 3)}, ${part(20, 12)})}`,
    });
  });

  it("is 32 bytes in base64 where that is asked for", () => {
    expect(stored["holder-a-key"]).toMatchObject({
      secret_string_wo: `\${base64encode(${value}a-key.random_password)}`,
    });
  });

  it("is in the foundation, so that it outlives its group, and can be had back for thirty days", () => {
    const all = Object.entries(stacks).flatMap(([stack, { resource }]) =>
      Object.keys(resource?.["aws_secretsmanager_secret"] ?? {}).map((id) => `${stack} ${id}`),
    );
    expect(all).toContain("prod-foundation holder-a-password");
    expect(all.filter((id) => !id.startsWith("prod-foundation"))).toEqual([]);
    expect(resourcesOf(stacks, "aws_secretsmanager_secret")["holder-a-password"]).toMatchObject({
      name: "prod/holder/a-password",
      recovery_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
  });
});

describe("a secret that AWS itself takes", () => {
  it("is read back from the foundation where it is used, the version that is stored", () => {
    const { ephemeral } = stacks["prod-core"] as unknown as { ephemeral: Record<string, Record<string, object>> };
    const foundation = "{prod-foundation/aws_secretsmanager_secret_version-postgres-admin-password";
    expect(
      JSON.parse(readable(JSON.stringify(ephemeral["aws_secretsmanager_secret_version"]?.["postgres-admin-password"]))),
    ).toEqual({ secret_id: `${foundation}-arn}`, version_id: `${foundation}-version_id}` });
    expect(resourcesOf(stacks, "aws_db_instance")["postgres"]).toMatchObject({
      password_wo: "${ephemeral.aws_secretsmanager_secret_version.postgres-admin-password.secret_string}",
    });
  });
});
