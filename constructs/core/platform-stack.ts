import { TerraformElement, TerraformResource, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { PlatformEnvironment } from "./environment";
import type { Runtime } from "./runtime";

/** A Terraform stack of one environment: one per group, and what groups stand on. */
export abstract class PlatformStack extends TerraformStack {
  abstract readonly runtime: Runtime;
  private readonly addresses = new Map<string, string>();

  /** @param part what follows the environment in the stack's name: a group, `foundation`, or `<group>-images` */
  constructor(
    readonly environment: PlatformEnvironment,
    readonly part: string,
  ) {
    super(environment.app, `${environment.name}-${part}`);
    environment.addStack(this);
  }

  /** The group whose components live here. */
  get group(): string {
    return this.part;
  }

  /** @throws Error when the construct is in no platform stack. */
  static ofConstruct(construct: Construct): PlatformStack {
    const stack = TerraformStack.of(construct);
    if (!(stack instanceof PlatformStack)) throw new Error(`${construct.node.path} is outside a platform stack`);
    return stack;
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
