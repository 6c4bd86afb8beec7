import { hostPort } from "./clients";
import { secret } from "./datalab";
import { execute } from "./engine";
import { environmentName } from "./workspace";

/** A series, with the newest value that the question led to. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/**
 * Asks Prometheus' API at the operator's address.
 *
 * @throws Error with what it said when it did not do what was asked for.
 */
export async function prometheus<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
  const url = `http://localhost:${hostPort(9090)}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
  const response = await fetch(url, { headers: { authorization: basic("admin", secret("prometheus.password")) } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return (JSON.parse(text) as { data: T }).data;
}

/** What an expression of PromQL gives now. */
export async function samples(query: string): Promise<readonly Sample[]> {
  return (await prometheus<{ result: Sample[] }>("query", { query })).result;
}

/** Metrics that an expression asks for, as Prometheus' own parser sees them. */
export async function metricsOf(query: string): Promise<string[]> {
  return [...new Set(selected(await prometheus<unknown>("parse_query", { query })))];
}

function selected(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(selected);
  if (typeof node !== "object" || node === null) return [];
  const { type, name } = node as { type?: unknown; name?: unknown };
  const own = type === "vectorSelector" && typeof name === "string" ? [name] : [];
  return [...own, ...Object.values(node).flatMap(selected)];
}

/** Log lines of the last day, newest first, that a query in Loki's language gives. */
export async function logLines(query: string): Promise<string[]> {
  // Only the platform itself reaches Loki.
  const parameters = new URLSearchParams({ query, since: "24h", limit: "500" }).toString();
  const url = `http://loki:3100/loki/api/v1/query_range?${parameters}`;
  const { exitCode, output } = await execute(`${environmentName}-consul`, ["wget", "-q", "-O", "-", url]);
  if (exitCode !== 0) throw new Error(`Loki: ${output}`);
  const { data } = JSON.parse(output) as { data: { result: { values: [string, string][] }[] } };
  return data.result
    .flatMap(({ values }) => values)
    .sort(([one], [other]) => Number(BigInt(other) - BigInt(one)))
    .map(([, line]) => line);
}

/**
 * Asks Grafana's API at the operator's address.
 *
 * @throws Error with what it said when it did not do what was asked for.
 */
export async function grafana<T>(path: string): Promise<T> {
  const response = await fetch(`http://localhost:${hostPort(3000)}/api/${path}`, {
    headers: { authorization: basic("admin", secret("grafana.admin-password")) },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
