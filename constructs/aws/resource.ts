import { Construct } from "constructs";

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
export function add<Config, Made>(kind: Kind<Config, Made>, parent: Construct, id: string, config: Config): Made {
  return new kind(childOf(parent, kind.tfResourceType), id, config);
}

/** A construct of this id below `parent`, made once. */
function childOf(parent: Construct, id: string): Construct {
  const known = parent.node.tryFindChild(id);
  return known instanceof Construct ? known : new Construct(parent, id);
}
