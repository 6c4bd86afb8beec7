import { TerraformElement, TerraformResource, TerraformStack } from "cdktf";
import type { Node } from "constructs";
import type { PlatformEnvironment } from "./environment";
import type { StackFacts } from "./facts";
import type { StackRecord } from "./stack-record";

/** A Terraform stack of one environment: one per group, and what groups stand on. */
export abstract class PlatformStack extends TerraformStack implements StackRecord {
  abstract readonly kind: StackRecord["kind"];
  abstract readonly group: string | undefined;
  /** Filled while the stack is put together. */
  abstract readonly facts: StackFacts;
  private readonly addresses = new Map<string, string>();

  /** @param part what follows the environment in the stack's name: a group, `foundation`, or `<group>-images` */
  constructor(
    readonly environment: PlatformEnvironment,
    readonly part: string,
  ) {
    super(environment.app, `${environment.name}-${part}`);
    environment.addStack(this);
  }

  get id(): string {
    return this.node.id;
  }

  get appliedAfter(): readonly string[] {
    return this.dependencies.map(({ node }) => node.id);
  }

  /** Lets other stacks of the environment be applied first. */
  standOn(ids: readonly string[]): void {
    for (const id of ids) {
      const stack = this.environment.stacks.find((one) => one.id === id);
      if (!(stack instanceof TerraformStack)) throw new Error(`${this.id} stands on ${id}, which is not a stack`);
      this.addDependency(stack);
    }
  }

  /**
   * Addresses are the construct's own id, wherever it sits in the tree, so that moving code moves no resource.
   *
   * @throws Error when two elements of one kind get the same id.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const isElement = TerraformElement.isTerraformElement(element);
    const node = isElement ? element.node : element;
    // cdktf names the outputs of cross-stack references after expressions, dots included.
    const id = node.id.replaceAll(/[^A-Za-z0-9_-]/g, "-");
    const kind = isElement
      ? TerraformResource.isTerraformResource(element)
        ? element.terraformResourceType
        : element.constructor.name
      : "node";
    const address = `${kind}.${id}`;
    const holder = this.addresses.get(address);
    if (holder !== undefined && holder !== node.path) {
      throw new Error(`${this.node.id}: ${address} is used by both ${holder} and ${node.path}`);
    }
    this.addresses.set(address, node.path);
    return id;
  }
}
