import type { ImageRef } from "./image";
import type { SecretFormat } from "./secret-format";
import { isTargetText, type TargetText } from "./target-text";

/** Where an address is used from: another container of the platform, or the operator's machine. */
export type Viewpoint = "platform" | "operator";

/** Which text of an address is wanted. `authority` is `host:port`. */
export type AddressForm = "host" | "port" | "authority" | "url";

/** One text of one endpoint, resolved by the runtime of the stack that uses it. */
export class Address {
  constructor(
    readonly endpoint: Endpoint,
    readonly form: AddressForm,
    readonly from: Viewpoint,
    /** Whether its user starts without it: software that only watches, or that connects again by itself. */
    readonly loose = false,
  ) {}
}

/**
 * An idempotent one-shot: create the database, the bucket, the topic; migrate a schema.
 * It is known by the component that it sets up and its name.
 */
export interface Step {
  /** Unique within the component that it sets up, for example `database-mlflow`. */
  readonly name: string;
  readonly image: ImageRef;
  /** POSIX shell script; it may run any number of times. */
  readonly script: string;
  /** Environment of the script. */
  readonly env: Readonly<Record<string, string | Expr>>;
  /** Memory limit in MiB. Default 256. */
  readonly memoryMiB?: number;
}

/** What an identity may do, for targets with identities (AWS); elsewhere there are accounts with passwords. */
export interface Permission {
  /** Short name of the purpose, for example `bucket-mlflow`. */
  readonly name: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What stands behind a reference: who provides it, and what must be done before it can be used. */
export interface Need {
  /** Name of the component that provides it. */
  readonly provider: string;
  /** Names of those of the provider's services that must be healthy. Default: all. */
  readonly services?: readonly string[];
  /** Steps to run first, once in each stack that needs them. */
  readonly steps?: readonly Step[];
  /** Names of steps that the provider runs in its own stack, with `Component.provision`. */
  readonly provisions?: readonly string[];
  readonly permissions?: readonly Permission[];
  /** Whether the steps and permissions come without an order; see `Expr.loose`. */
  readonly loose?: boolean;
}

/** What an expression is made of. A string is taken as it is. */
export type Part = string | Address | Secret | TargetText;

/** What may stand in a `text` template. An endpoint stands for its `host:port` inside the platform. */
export type Value = string | number | Endpoint | Secret | TargetText | Expr;

/** A text made of literals, addresses and secrets; it also carries what must exist before it can be used. */
export class Expr {
  constructor(
    readonly parts: readonly Part[],
    readonly needs: readonly Need[] = [],
  ) {}

  /** The same text, usable only once `needs` are met. */
  withNeeds(...needs: readonly Need[]): Expr {
    return new Expr(this.parts, [...this.needs, ...needs]);
  }

  /**
   * The same text for software that watches what it names, or connects again by itself: the text, its secrets,
   * steps and permissions are delivered, but its user neither waits for what is named nor goes down with it.
   */
  loose(): Expr {
    return new Expr(
      this.parts.map((part) =>
        part instanceof Address ? new Address(part.endpoint, part.form, part.from, true) : part,
      ),
      this.needs.map((need) => ({ ...need, loose: true })),
    );
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

/**
 * A value that is known only when every component of the environment exists, for example a list of them all.
 * Use it as a whole variable, a whole word of a command or a whole file; inside a `text` it would be read too early.
 */
export function late(make: () => Value): Expr {
  let made: Expr | undefined;
  const value = (): Expr => (made ??= toExpr(make()));
  return Object.create(Expr.prototype, {
    parts: { get: () => value().parts, enumerable: true },
    needs: { get: () => value().needs, enumerable: true },
  }) as Expr;
}

/** Any value as an expression. */
export function toExpr(value: Value): Expr {
  if (value instanceof Expr) return value;
  if (value instanceof Endpoint) return value.authority;
  if (value instanceof Secret || (typeof value === "object" && isTargetText(value))) return new Expr([value]);
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

/** What a component says about one of its ports. */
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
  /** It answers only at times, for example while a job runs; its silence is no failure. Default `false`. */
  readonly intermittent?: boolean;
}

/** A typed address of a component. */
export class Endpoint {
  readonly port: number;
  readonly scheme: string;
  readonly protocol: "tcp" | "udp";
  readonly operatorPort: number | undefined;
  readonly service: string;
  readonly page: string | false;
  readonly intermittent: boolean;

  constructor(
    /** Name of the component that answers. */
    readonly owner: string,
    readonly name: string,
    props: EndpointProps,
  ) {
    this.port = props.port;
    this.scheme = props.scheme;
    this.protocol = props.protocol ?? "tcp";
    this.operatorPort = props.operatorPort;
    this.service = props.service ?? owner;
    this.intermittent = props.intermittent ?? false;
    this.page = props.page ?? (props.scheme.startsWith("http") ? "/" : false);
  }

  /** Name in configuration and output, for example `minio.console`. */
  get id(): string {
    return `${this.owner}.${this.name}`;
  }
  get host(): Expr {
    return this.from("platform").host;
  }
  get authority(): Expr {
    return this.from("platform").authority;
  }
  get url(): Expr {
    return this.from("platform").url;
  }

  /** The address as it looks from a viewpoint; the short forms above are those inside the platform. */
  from(viewpoint: Viewpoint): EndpointView {
    return new EndpointView(this, viewpoint);
  }
}

/** Names a secret. No construct ever sees its value. */
export class Secret {
  constructor(
    /** Name of the component that it belongs to. */
    readonly owner: string,
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
    return `${this.owner}.${this.name}`;
  }
}
