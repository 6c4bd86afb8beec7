import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { PlatformStack } from "./platform-stack";
import type { StackOrder } from "./order";
import type { Address, Endpoint } from "./reference";

/** Lowers what a group's components run to the resources of one target. */
export interface Runtime {
  /**
   * Creates everything that the stack runs. Called once, when all components of the environment exist.
   *
   * @throws ConfigurationError when the target cannot run it (sizes, ports, names, fields that it does not know).
   */
  lower(order: StackOrder): void;
  /** Whether secrets can be hashes of others: where they are files, and not where Terraform draws and forgets them. */
  readonly hashesSecrets: boolean;
  /** The text of an address as seen from this stack's services or from the operator. */
  address(address: Address): string;
  /** Port under which the operator reaches the endpoint, or undefined where it is not published. */
  operatorPort(endpoint: Endpoint): number | undefined;
}

/** The stack of a group: the only kind that runs services. */
export interface GroupStack extends PlatformStack {
  readonly kind: "group";
  readonly group: string;
  readonly runtime: Runtime;
}

/** @throws Error when the construct is in no group's stack. */
export function groupStackOf(construct: Construct): GroupStack {
  const stack = TerraformStack.of(construct);
  if (!isGroupStack(stack)) throw new Error(`${construct.node.path} is outside a group's stack`);
  return stack;
}

function isGroupStack(stack: TerraformStack): stack is GroupStack {
  return "kind" in stack && stack.kind === "group" && "runtime" in stack;
}
