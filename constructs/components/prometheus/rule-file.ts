import type { Brought, EnvironmentObservability } from "../../core/observability-of";
import type { AlertRule } from "../../core/observability";

/**
 * Rules as Prometheus reads them, a group for each component.
 *
 * @param groupOf the group of a component
 */
export function ruleFile(
  rules: EnvironmentObservability["rules"],
  groupOf: (component: string) => string,
): { groups: object[] } {
  const components = [...new Set(rules.map(({ component }) => component))];
  return {
    groups: components.map((name) => ({
      name,
      rules: rules.filter(({ component }) => component === name).map((rule) => written(rule, groupOf(name))),
    })),
  };
}

/** Where the repository says what to do about an alert. */
export function runbookOf({ component, value }: Brought<AlertRule>): string {
  return `docs/components/${component}.md#${value.alert.toLowerCase()}`;
}

function written(rule: Brought<AlertRule>, group: string): object {
  const { component, value } = rule;
  const { alert, expr, forSeconds, severity, summary, about = "component" } = value;
  return {
    alert,
    expr,
    for: `${forSeconds}s`,
    labels: { severity, ...(about === "component" ? { component, group } : {}) },
    annotations: { summary, runbook_url: runbookOf(rule) },
  };
}
