import { Construct } from "constructs";
import type { ComponentRecord } from "../core/component-record";
import { constructOf } from "./component-construct";

/** A class of the provider's resources or data sources. */
interface Kind<Config, Made> {
  new (scope: Construct, id: string, config: Config): Made;
  /** For example `aws_security_group`. */
  readonly tfResourceType: string;
}

/**
 * Creates a resource whose address is `<kind>.<id>`. Ids have to differ only within their kind and stack,
 * so that everything that belongs to one component can carry the component's name.
 */
export function add<Config, Made>(
  kind: Kind<Config, Made>,
  parent: Construct | ComponentRecord,
  id: string,
  config: Config,
): Made {
  const scope = parent instanceof Construct ? parent : constructOf(parent);
  return new kind(childOf(scope, kind.tfResourceType), id, config);
}

/** A construct of this id below `parent`, made once. */
function childOf(parent: Construct, id: string): Construct {
  const known = parent.node.tryFindChild(id);
  return known instanceof Construct ? known : new Construct(parent, id);
}
