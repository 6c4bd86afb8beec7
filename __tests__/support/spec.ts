import type { Need } from "../../constructs/core/need";
import type { Component } from "../../constructs/core/component";
import { Address, Endpoint, Expr, Secret } from "../../constructs/core/reference";
import type { Service } from "../../constructs/core/runtime";
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
    image: image.kind === "own" ? `images/${image.name} on ${image.base.reference}` : image.reference,
    ...(needs ? { needs: needs.map(printNeed) } : {}),
    ...(print(rest) as object),
  };
}

function printNeed({ provider, init = [], permissions = [] }: Need): string {
  return [`{${provider.name}}`, ...init.map(({ name }) => name), ...permissions.map(({ name }) => name)].join(" ");
}

function print(value: unknown): unknown {
  if (value instanceof Expr) return value.parts.map(printPart).join("");
  if (value instanceof Endpoint) return `${value.id} ${value.scheme}:${value.port}${published(value)}`;
  if (value instanceof Secret) return `{${value.id}}`;
  if (isComponent(value)) return `{${value.name}}`;
  if (Array.isArray(value)) return value.map(print);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, print(entry)]));
}

function published({ operatorPort }: Endpoint): string {
  return operatorPort === undefined ? "" : ` published:${operatorPort}`;
}

function printPart(part: Expr["parts"][number]): string {
  if (part instanceof Address) {
    const view = part.from === "mesh" ? "" : `@${part.from}`;
    return `{${part.endpoint.id}${view}${part.form === "authority" ? "" : `.${part.form}`}}`;
  }
  return part instanceof Secret ? `{${part.id}}` : part;
}

function isComponent(value: unknown): value is Component {
  return typeof value === "object" && value !== null && "services" in value && "platformStack" in value;
}
