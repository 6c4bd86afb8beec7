import type { GroupName } from "../../../config/schema";
import { isPanel } from "../../../constructs/core/dashboard";
import type { MetricsLogin } from "../../../constructs/core/observability";
import { observabilityOf, type ScrapeTarget } from "../../../constructs/core/observability-of";
import { synthesiseInput } from "../../support/synth";
import { secret } from "./datalab";
import { execute } from "./engine";
import { eventually } from "./wait";
import { baseConfiguration, environmentName } from "./workspace";

/** Names of our metrics begin with these; the rest of a PromQL expression are its own words and labels. */
const usual = /\b(?:consul|jvm|kafka|metrics|minio|mlflow|pg|prefect|process|redis)_\w+/g;

/**
 * Waits until every metric that the rules and dashboards of a group ask for is shown by some service of it. Some come
 * late: MinIO counts its objects in rounds of a minute and more.
 *
 * @param groups those that the environment has
 * @param names what a metric's name looks like. Default: those that are there without anybody doing work
 */
export async function metricsShown(groups: GroupName[], group: GroupName, names: RegExp = usual): Promise<void> {
  const { environment } = synthesiseInput({ ...baseConfiguration, groups });
  const components = environment.components.filter((component) => component.group === group);
  const { targets, rules, dashboards } = observabilityOf({ name: environmentName, components });
  const queries = dashboards().flatMap(({ value }) => value.panels.filter(isPanel).flatMap((panel) => panel.queries));
  const asked = new Set(
    [...rules.map(({ value }) => value.expr), ...queries.map(({ expr }) => expr)].flatMap(
      (expr) => expr.match(names) ?? [],
    ),
  );
  if (asked.size === 0) throw new Error(`the rules and dashboards of ${group} ask for nothing`);
  await eventually(`metrics that rules and dashboards of ${group} ask for`, 300, async () => {
    const shown = new Set<string>();
    for (const target of targets) {
      for (const line of (await scrape(target)).split("\n")) shown.add(/^[A-Za-z_:][\w:]*/.exec(line)?.[0] ?? "");
    }
    const missing = [...asked].filter((name) => !shown.has(name));
    if (missing.length > 0) throw new Error(`not shown: ${missing.join(", ")}`);
    return true;
  });
}

/** What the first replica shows to somebody inside the platform who follows redirects, as Prometheus does. */
async function scrape({ hosts, endpoint, scheme, path, params, login }: ScrapeTarget): Promise<string> {
  const [host = endpoint.service] = hosts;
  const url = `${scheme}://${host}:${endpoint.port}${path}?${new URLSearchParams(params).toString()}`;
  // What takes a client's certificate has a test of its own.
  const header =
    login === undefined || "certificate" in login ? [] : [`--header=Authorization: ${authorization(login)}`];
  const { output } = await execute(`${environmentName}-consul`, ["wget", "-q", "-O", "-", ...header, url]);
  return output;
}

function authorization(login: Exclude<MetricsLogin, { certificate: unknown }>): string {
  if ("bearer" in login) return `Bearer ${secret(login.bearer.id)}`;
  return `Basic ${Buffer.from(`${login.user}:${secret(login.password.id)}`).toString("base64")}`;
}
