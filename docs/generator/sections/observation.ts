import { isPanel } from "../../../constructs/core/dashboard";
import type { MetricsLogin } from "../../../constructs/core/observability";
import { isWithout } from "../../../constructs/core/without";
import { durationWords } from "../words";
import { code, codes, table } from "../markdown";
import type { Subject } from "../platform";

export function metrics({ name, records, platform: { observability } }: Subject): string {
  const shown = table(
    ["job", "shown by", "at", "log-in"],
    observability.targets
      .filter(({ component }) => component === name)
      .map(({ job, hosts, endpoint, path, login }) => [
        code(job),
        codes(hosts),
        code(`:${endpoint.port}${path}`),
        login === undefined ? "" : loginWords(login),
      ]),
  );
  const none = records.flatMap((record) =>
    record.services.flatMap(({ name: service, spec: { observability: stated } }) =>
      isWithout(stated.metrics) ? [`${code(service)} shows none: ${stated.metrics.none}.`] : [],
    ),
  );
  return [shown, none.join("\n")].filter((text) => text !== "").join("\n\n");
}

function loginWords(login: MetricsLogin): string {
  if ("user" in login) return `${code(login.user)}, secret ${code(login.password.id)}`;
  if ("bearer" in login) return `secret ${code(login.bearer.id)}`;
  return `certificate ${code(login.certificate.id)}`;
}

/** Each under a heading, which is where a notification leads. */
export function alerts({ name, record, platform: { observability } }: Subject): string {
  const rules = observability.rules.filter(({ component }) => component === name);
  const none = record.services.flatMap(({ spec: { observability: stated } }) =>
    isWithout(stated.alerts) ? [stated.alerts.none] : [],
  );
  if (rules.length === 0) return [...new Set(none)].map((reason) => `None: ${reason}.`).join("\n");
  return rules
    .map(({ value: { alert, severity, summary, runbook, expr, forSeconds } }) =>
      [
        `### ${alert}`,
        `**${severity}**: ${summary}`,
        runbook,
        `It fires after ${durationWords(forSeconds)} of\n\n\`\`\`promql\n${expr}\n\`\`\``,
      ].join("\n\n"),
    )
    .join("\n\n");
}

export function dashboard({ name, record, platform: { observability } }: Subject): string {
  const all = observability.dashboards().filter(({ component }) => component === name);
  const none = record.services.flatMap(({ spec: { observability: stated } }) =>
    isWithout(stated.dashboard) ? [stated.dashboard.none] : [],
  );
  if (all.length === 0) return [...new Set(none)].map((reason) => `None: ${reason}.`).join("\n");
  return all
    .map(({ value: { title, panels } }) =>
      [
        `_${title}_`,
        table(
          ["panel", "unit", "asks for"],
          panels
            .filter(isPanel)
            .map((panel) => [panel.title, panel.unit, panel.queries.map(({ expr }) => code(expr)).join("<br>")]),
        ),
      ].join("\n\n"),
    )
    .join("\n\n");
}
