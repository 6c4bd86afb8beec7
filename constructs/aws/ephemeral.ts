import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/** An ephemeral resource, which cdktf has no classes for: Terraform asks for its value and keeps it nowhere. */
export class Ephemeral extends TerraformElement {
  constructor(
    scope: Construct,
    private readonly kind: string,
    private readonly address: string,
    private readonly config: Readonly<Record<string, unknown>>,
  ) {
    super(scope, `${kind}-${address}`);
  }

  /** A reference to one of its attributes, to stand inside an expression. */
  attribute(name: string): string {
    return `ephemeral.${this.kind}.${this.address}.${name}`;
  }

  override toTerraform(): unknown {
    return { ephemeral: { [this.kind]: { [this.address]: this.config } } };
  }
}
