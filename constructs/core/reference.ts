import type { Component } from "./component";
import type { Need } from "./need";

/** Where an address is used from: another container of the platform, or the operator's machine. */
export type Viewpoint = "mesh" | "operator";

/** Which text of an address is wanted. `authority` is `host:port`. */
export type AddressForm = "host" | "port" | "authority" | "url";

/** One text of one endpoint, resolved by the runtime of the stack that uses it. */
export class Address {
  constructor(
    readonly endpoint: Endpoint,
    readonly form: AddressForm,
    readonly from: Viewpoint,
  ) {}
}

/** What an expression is made of. A string is taken as it is. */
export type Part = string | Address | Secret;

/** What may stand in a `text` template. An endpoint stands for its `host:port` inside the platform. */
export type Value = string | number | Endpoint | Secret | Expr;

/** A text made of literals, addresses and secrets; it also carries what must exist before it can be used. */
export class Expr {
  constructor(
    readonly parts: readonly Part[],
    readonly needs: readonly Need[] = [],
  ) {}

  /** The same text, usable only once `needs` are met. */
  needing(...needs: readonly Need[]): Expr {
    return new Expr(this.parts, [...this.needs, ...needs]);
  }

  /** All secrets in the text. */
  get secrets(): readonly Secret[] {
    return this.parts.filter((part): part is Secret => part instanceof Secret);
  }
}

/**
 * Template tag that builds an expression: text`redis://:${password}@${cache.endpoint}`.
 * Nothing is resolved here, so a secret never becomes part of a string.
 */
export function text(literals: TemplateStringsArray, ...values: readonly Value[]): Expr {
  const parts: Part[] = [];
  const needs: Need[] = [];
  literals.forEach((literal, index) => {
    if (literal !== "") parts.push(literal);
    const value = values[index];
    if (value === undefined) return;
    const expr = toExpr(value);
    parts.push(...expr.parts);
    needs.push(...expr.needs);
  });
  return new Expr(parts, needs);
}

/** Joins expressions with a separator. */
export function join(values: readonly Value[], separator: string): Expr {
  const exprs = values.map(toExpr);
  const parts = exprs.flatMap((expr, index) => (index === 0 ? expr.parts : [separator, ...expr.parts]));
  return new Expr(
    parts,
    exprs.flatMap((expr) => expr.needs),
  );
}

/** Any value as an expression. */
export function toExpr(value: Value): Expr {
  if (value instanceof Expr) return value;
  if (value instanceof Endpoint) return value.authority;
  if (value instanceof Secret) return new Expr([value]);
  return new Expr([String(value)]);
}

/** The texts of an endpoint, as seen from one viewpoint. */
export class EndpointView {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly from: Viewpoint,
  ) {}

  get host(): Expr {
    return this.form("host");
  }
  get port(): Expr {
    return this.form("port");
  }
  get authority(): Expr {
    return this.form("authority");
  }
  get url(): Expr {
    return this.form("url");
  }

  private form(form: AddressForm): Expr {
    return new Expr([new Address(this.endpoint, form, this.from)]);
  }
}

/** What a component says of one of its ports. */
export interface EndpointProps {
  /** Port inside the platform. */
  readonly port: number;
  /** Scheme of its URL, for example `http`, `postgresql`, `kafka`. */
  readonly scheme: string;
  /** Transport. Default `tcp`. */
  readonly protocol?: "tcp" | "udp";
  /**
   * Port under which the operator reaches it (before the environment's `portOffset` and `ports`).
   * Default: not published.
   */
  readonly operatorPort?: number;
  /** Service (host) that answers. Default: the component's name. */
  readonly service?: string;
  /** Path that a person opens first. Default `/`; `false` where there is no page for a person. */
  readonly page?: string | false;
}

/** A typed address of a component. */
export class Endpoint {
  readonly port: number;
  readonly scheme: string;
  readonly protocol: "tcp" | "udp";
  readonly operatorPort: number | undefined;
  readonly service: string;
  readonly page: string | false;

  constructor(
    readonly owner: Component,
    readonly name: string,
    props: EndpointProps,
  ) {
    this.port = props.port;
    this.scheme = props.scheme;
    this.protocol = props.protocol ?? "tcp";
    this.operatorPort = props.operatorPort;
    this.service = props.service ?? owner.name;
    this.page = props.page ?? (props.scheme.startsWith("http") ? "/" : false);
  }

  /** Name in configuration and output, for example `minio.console`. */
  get id(): string {
    return `${this.owner.name}.${this.name}`;
  }
  get host(): Expr {
    return this.from("mesh").host;
  }
  get authority(): Expr {
    return this.from("mesh").authority;
  }
  get url(): Expr {
    return this.from("mesh").url;
  }

  /** The address as it looks from a viewpoint; the short forms above are those of the mesh. */
  from(viewpoint: Viewpoint): EndpointView {
    return new EndpointView(this, viewpoint);
  }
}

/**
 * How a secret's value is made when it is needed first:
 * `password` 32 letters and digits (safe in URIs, shells and ini files), `uuid` a random UUID,
 * `gossip-key` 32 bytes in base64 (what Consul's `encrypt` takes).
 */
export type SecretFormat = "password" | "uuid" | "gossip-key";

/** Names a secret value. The value itself is known to no construct. */
export class Secret {
  constructor(
    readonly owner: Component,
    readonly name: string,
    readonly format: SecretFormat,
    /**
     * For software that keeps the value inside its data: a POSIX shell script that changes it there.
     * It runs in the owner's container and reads two lines, the old value and the new one; it may run any number of times.
     */
    readonly changeInData?: string,
  ) {}

  /** Name in files and output, for example `postgres.admin-password`. */
  get id(): string {
    return `${this.owner.name}.${this.name}`;
  }
}
