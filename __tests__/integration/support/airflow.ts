import { hostPort } from "./clients";
import { secret } from "./datalab";
import { eventually } from "./wait";

const base = `http://localhost:${hostPort(8085)}`;

/** A token of Airflow's API for a user; the status where the log-in is refused. */
export async function logIn(username: string, password: string): Promise<string | number> {
  const response = await fetch(`${base}/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) return response.status;
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Airflow's API, as somebody who has logged in. */
export class AirflowApi {
  private constructor(private readonly token: string) {}

  static async asAdmin(): Promise<AirflowApi> {
    const token = await logIn("admin", secret("airflow.admin-password"));
    if (typeof token === "number") throw new Error(`Airflow refuses its administrator: ${token}`);
    return new AirflowApi(token);
  }

  /** @param path below `/api/v2/` */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${base}/api/v2/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        "content-type": "application/json",
        accept: "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Starts a run of a DAG, once the DAG is known. */
  async trigger(dag: string): Promise<string> {
    await eventually(`the DAG ${dag}`, 120, () => this.call("PATCH", `dags/${dag}`, { is_paused: false }));
    const run = await this.call<{ dag_run_id: string }>("POST", `dags/${dag}/dagRuns`, { logical_date: null });
    return run.dag_run_id;
  }

  /** Waits until a run has ended well. */
  async succeeded(dag: string, run: string, seconds: number): Promise<void> {
    await eventually(`success of ${dag} ${run}`, seconds, async () => {
      const { state } = await this.call<{ state: string }>("GET", `dags/${dag}/dagRuns/${run}`);
      if (state !== "success") throw new Error(`it is ${state}`);
      return state;
    });
  }

  tasks(dag: string, run: string): Promise<{ task_instances: { task_id: string; state: string; pool: string }[] }> {
    return this.call("GET", `dags/${dag}/dagRuns/${run}/taskInstances`);
  }

  /** The log of a task's first attempt, as the page shows it. */
  async log(dag: string, run: string, task: string, mapIndex = -1): Promise<string> {
    const path = `dags/${dag}/dagRuns/${run}/taskInstances/${task}/logs/1?map_index=${mapIndex}&full_content=true`;
    const { content } = await this.call<{ content: readonly ({ event?: string } | string)[] }>("GET", path);
    return content.map((line) => (typeof line === "string" ? line : (line.event ?? ""))).join("\n");
  }
}
