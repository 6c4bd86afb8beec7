import type { Component } from "./component";
import type { InitStep, Need, Permission } from "./need";
import { Address, type Endpoint, type Expr, Secret, toExpr } from "./reference";
import type { ServiceSpec } from "./service-spec";
import type { Service } from "./runtime";

/** An init step with the component that it sets up; a service's own steps set up itself. */
export interface ProvidedStep {
  readonly provider: Component;
  readonly step: InitStep;
}

/** Everything that a service refers to, found by walking its spec. */
export interface References {
  /** Components that must be healthy first, without the service's own. */
  readonly components: readonly Component[];
  /** Endpoints of other components that the service connects to. */
  readonly endpoints: readonly Endpoint[];
  /** Secrets that must be delivered, each once. */
  readonly secrets: readonly Secret[];
  /** Steps to run first, in order, each once. */
  readonly init: readonly ProvidedStep[];
  readonly permissions: readonly Permission[];
}

/** Walks a service spec. */
export function referencesOf({ component, spec }: Service): References {
  return collect(component, expressionsOf(spec), spec.needs ?? [], spec.init ?? []);
}

/** Walks an init step. */
export function referencesOfStep(owner: Component, step: InitStep): References {
  return collect(owner, Object.values(step.env).map(toExpr), [], []);
}

function collect(
  owner: Component,
  expressions: readonly Expr[],
  extraNeeds: readonly Need[],
  ownSteps: readonly InitStep[],
): References {
  const components = new Set<Component>();
  const endpoints = new Set<Endpoint>();
  const secrets = new Set<Secret>();
  const permissions = new Map<string, Permission>();
  const init = new Map<string, ProvidedStep>(ownSteps.map((step) => [step.name, { provider: owner, step }]));
  const needs = [...extraNeeds];
  for (const expr of expressions) {
    needs.push(...expr.needs);
    for (const part of expr.parts) {
      if (part instanceof Secret) {
        secrets.add(part);
        components.add(part.owner);
      } else if (part instanceof Address && part.from === "mesh") {
        endpoints.add(part.endpoint);
        components.add(part.endpoint.owner);
      }
    }
  }
  for (const need of needs) {
    components.add(need.provider);
    for (const step of need.init ?? []) {
      if (!init.has(step.name)) init.set(step.name, { provider: need.provider, step });
    }
    for (const permission of need.permissions ?? []) permissions.set(permission.name, permission);
  }
  components.delete(owner);
  return {
    components: [...components],
    endpoints: [...endpoints].filter((endpoint) => endpoint.owner !== owner),
    secrets: [...secrets],
    init: [...init.values()],
    permissions: [...permissions.values()],
  };
}

function expressionsOf(spec: ServiceSpec): Expr[] {
  return [
    ...Object.values(spec.env),
    ...(spec.command ?? []),
    ...Object.values(spec.files ?? {}).map((file) => file.content),
    ...("shell" in spec.health ? [spec.health.shell] : []),
  ].map(toExpr);
}
