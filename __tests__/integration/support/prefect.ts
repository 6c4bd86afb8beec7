import { execFileSync } from "node:child_process";
import { hostPort } from "./clients";
import { secret } from "./datalab";
import { execute } from "./engine";
import { eventually } from "./wait";
import { environmentName } from "./workspace";

export interface FlowRun {
  readonly id: string;
  readonly name: string;
  readonly state_type: string;
  readonly state_name: string;
  readonly run_count: number;
  readonly auto_scheduled: boolean;
}

const url = `http://localhost:${hostPort(4200)}/api`;

/** What the server answers to somebody with a password, or to somebody without one. */
export function asPrefectUser(path: string, password?: string, body?: unknown, method?: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`admin:${password ?? ""}`).toString("base64")}`;
  return fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { "content-type": "application/json", ...(password === undefined ? {} : { authorization }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** An answer of the server to the operator; with a question it is asked by POST. */
export async function prefect<T>(path: string, question?: unknown): Promise<T> {
  const answer = await asPrefectUser(path, secret("prefect.admin-password"), question);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Runs `prefect deploy --all` in a folder with flows, as an operator does, with the command of the platform's own image. */
export async function deployFlows(folder: string): Promise<void> {
  const packed = execFileSync("tar", ["-C", folder, "-cz", "."]).toString("base64");
  const login = `PREFECT_API_AUTH_STRING="admin:$(cat /run/secrets/prefect.admin-password)"`;
  const account = `AWS_SECRET_ACCESS_KEY="$(cat /run/secrets/prefect.object-store-key)"`;
  const { exitCode, output } = await execute(`${environmentName}-prefect-worker-1`, [
    "sh",
    "-ec",
    `folder=$(mktemp -d); cd "$folder"; echo ${packed} | base64 -d | tar -xz; export ${login} ${account}; prefect --no-prompt deploy --all`,
  ]);
  if (exitCode !== 0) throw new Error(output);
}

/** Starts a run of a deployment, named `flow/deployment`. */
export async function startRun(deployment: string, parameters: object = {}): Promise<FlowRun> {
  const { id } = await prefect<{ id: string }>(`/deployments/name/${deployment}`);
  return prefect(`/deployments/${id}/create_flow_run`, { parameters, state: { type: "SCHEDULED" } });
}

/** Waits until a run is in a state. */
export function runIn(state: string, { id }: FlowRun, seconds: number): Promise<FlowRun> {
  return eventually(`run in ${state}`, seconds, async () => {
    const run = await prefect<FlowRun>(`/flow_runs/${id}`);
    if (run.state_type !== state) throw new Error(`it is ${run.state_name}`);
    return run;
  });
}

/** What a run, and its worker on its behalf, said. */
export async function logOf({ id }: FlowRun): Promise<string> {
  const question = { logs: { flow_run_id: { any_: [id] } }, sort: "TIMESTAMP_ASC" };
  return (await prefect<{ message: string }[]>("/logs/filter", question)).map(({ message }) => message).join("\n");
}

/** Names of the workers that the server knows as running. */
export async function workersOnline(): Promise<string[]> {
  const workers = await prefect<{ name: string; status: string }[]>("/work_pools/default/workers/filter", {});
  return workers
    .filter(({ status }) => status === "ONLINE")
    .map(({ name }) => name)
    .sort();
}
