import type { Service } from "./component-record";
import { Address, type Endpoint, type Expr, type Need, Secret, type Step, toExpr } from "./reference";
import type { ServiceSpec } from "./service-spec";
import { isTargetText, type TargetText } from "./target-text";

/** Everything that a service or a step refers to, each once. */
export interface Uses {
  /** Endpoints inside the platform that it connects to, its own component's included. */
  readonly endpoints: readonly Endpoint[];
  /** Those of them that must answer before it starts. */
  readonly awaited: readonly Endpoint[];
  /** Secrets that must be delivered. */
  readonly secrets: readonly Secret[];
  readonly needs: readonly Need[];
  /** Texts that only the target knows. */
  readonly targetTexts: readonly TargetText[];
}

/** Walks a service spec. */
export function usesOfService({ spec }: Service): Uses {
  return collect(expressionsOf(spec), spec.needs ?? []);
}

/** Walks a step. */
export function usesOfStep(step: Step): Uses {
  return collect(Object.values(step.env).map(toExpr), []);
}

function collect(expressions: readonly Expr[], extraNeeds: readonly Need[]): Uses {
  const endpoints = new Set<Endpoint>();
  const awaited = new Set<Endpoint>();
  const secrets = new Set<Secret>();
  const needs = new Set<Need>(extraNeeds);
  const targetTexts = new Set<TargetText>();
  for (const expr of expressions) {
    for (const need of expr.needs) needs.add(need);
    for (const part of expr.parts) {
      if (part instanceof Secret) secrets.add(part);
      if (typeof part === "object" && isTargetText(part)) targetTexts.add(part);
      if (!(part instanceof Address) || part.from !== "platform") continue;
      endpoints.add(part.endpoint);
      if (!part.loose) awaited.add(part.endpoint);
    }
  }
  return {
    endpoints: [...endpoints],
    awaited: [...awaited],
    secrets: [...secrets],
    needs: [...needs],
    targetTexts: [...targetTexts],
  };
}

function expressionsOf(spec: ServiceSpec): Expr[] {
  return [
    ...Object.values(spec.env),
    ...(spec.command ?? []),
    ...Object.values(spec.files ?? {}).flatMap(({ content }) => (content instanceof Uint8Array ? [] : [content])),
    ...("shell" in spec.health ? [spec.health.shell] : []),
  ].map(toExpr);
}
