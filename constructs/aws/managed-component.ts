import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Component } from "../core/component";
import { complain } from "../core/errors";
import type { AddressForm, Endpoint } from "../core/reference";
import { AwsGroupStack } from "./aws-group-stack";

/** A component that AWS runs. It has endpoints and secrets like any other, and nothing of ours to start. */
export abstract class ManagedComponent extends Component {
  protected readonly stack: AwsGroupStack;
  /** What must exist before a consumer in the same stack starts. */
  abstract readonly ready: readonly ITerraformDependable[];

  /**
   * @param sizedBy the configuration that sizes it; undefined where nothing does
   * @throws ConfigurationError when `sizes` names it: AWS sells it by class, not by cores and memory.
   */
  constructor(scope: Construct, id: string, sizedBy: string | undefined) {
    super(scope, id);
    this.stack = AwsGroupStack.ofConstruct(this);
    const size = this.stack.aws.sizes[id];
    if (size) {
      throw complain({
        key: `${this.stack.environment.name}.sizes.${id}`,
        given: size,
        allowed: `nothing, because AWS runs ${id}`,
        remedy: sizedBy === undefined ? "Remove the entry." : `Set ${this.stack.environment.name}.${sizedBy} instead.`,
      });
    }
  }

  /** The text of an endpoint's address, which Terraform knows once the service exists. */
  abstract addressText(endpoint: Endpoint, form: AddressForm): string;
}

/** The text of an address from its host. */
export function addressOf(endpoint: Endpoint, form: AddressForm, host: string, port = String(endpoint.port)): string {
  switch (form) {
    case "host":
      return host;
    case "port":
      return port;
    case "authority":
      return `${host}:${port}`;
    case "url":
      return `${endpoint.scheme}://${host}:${port}`;
  }
}
