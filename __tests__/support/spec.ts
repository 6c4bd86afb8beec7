import { rootOf } from "../../constructs/core/image";
import { printExpr } from "../../constructs/core/print";
import { Endpoint, Expr, type Need, Secret } from "../../constructs/core/reference";
import type { Service } from "../../constructs/core/component-record";
import type { PlatformEnvironment } from "../../constructs/core/environment";

/** The service specs of a component, with references as `{postgres.admin-password}` and free of any target. */
export function specsOf(environment: PlatformEnvironment, component: string): Record<string, unknown> {
  const found = environment.components.find(({ name }) => name === component);
  if (!found) throw new Error(`${environment.name} has no component ${component}`);
  return Object.fromEntries(found.services.map((service) => [service.name, printed(service)]));
}

function printed({ spec }: Service): unknown {
  const { image, needs, ...rest } = spec;
  return {
    image: image.kind === "own" ? `images/${image.folder} on ${rootOf(image).reference}` : image.reference,
    ...(needs ? { needs: needs.map(printNeed) } : {}),
    ...(print(rest) as object),
  };
}

function printNeed({ provider, steps = [], permissions = [] }: Need): string {
  return [`{${provider}}`, ...steps.map(({ name }) => name), ...permissions.map(({ name }) => name)].join(" ");
}

function print(value: unknown): unknown {
  if (value instanceof Expr) return printExpr(value);
  if (value instanceof Endpoint) return `${value.id} ${value.scheme}:${value.port}${published(value)}`;
  if (value instanceof Secret) return `{${value.id}}`;
  if (Array.isArray(value)) return value.map(print);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, print(entry)]));
}

function published({ operatorPort }: Endpoint): string {
  return operatorPort === undefined ? "" : ` published:${operatorPort}`;
}
