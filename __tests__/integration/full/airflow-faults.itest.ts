import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AirflowApi, logIn } from "../support/airflow";
import { sql } from "../support/clients";
import { secret, stackFolder, succeed, workspace } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { execute, inspect } from "../support/engine";
import { plannedChanges } from "../support/terraform";
import { eventually } from "../support/wait";
import { baseConfiguration, environmentName, writeEnvironment } from "../support/workspace";

const scheduler = `${environmentName}-airflow-scheduler`;

/** Its task hangs the first time, and ends at once when it finds what the first attempt left in the bucket. */
const interrupted = `
import time

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.sdk import dag, task


@dag(schedule=None)
def interrupted():
    @task
    def hang_once():
        store = S3Hook()
        if store.check_for_key("interrupted/begun", "bronze"):
            return
        store.load_string("1", "interrupted/begun", "bronze")
        time.sleep(3600)

    hang_once()


interrupted()
`;

async function fernet(key: string, value: string): Promise<number> {
  const program =
    "import sys; from cryptography.fernet import Fernet; Fernet(sys.argv[1]).decrypt(sys.argv[2].encode())";
  return (await execute(scheduler, ["python", "-c", program, key, value])).exitCode;
}

describeOnEngine("Airflow over time", () => {
  beforeAll(() => {
    succeed("up", "ml");
  });

  it("leaves nothing to do to a second up", async () => {
    const before = await inspect(scheduler);
    succeed("up", "ml");
    expect(plannedChanges(stackFolder("ml"))).toEqual([]);
    expect((await inspect(scheduler))?.Id).toBe(before?.Id);
  });

  it("shows the log of a task whose containers were replaced since", async () => {
    const before = await AirflowApi.asAdmin();
    const run = await before.trigger("lake_growth");
    await before.succeeded("lake_growth", run, 240);
    const shown = await before.log("lake_growth", run, "measure", 0);
    succeed("down", "ml");
    succeed("up", "ml");
    const after = await AirflowApi.asAdmin();
    expect(await after.log("lake_growth", run, "measure", 0)).toBe(shown);
    expect(shown).toContain("bronze");
  });

  it("takes another size of a pool from the configuration, and loses a pool that is no longer there", async () => {
    const api = await AirflowApi.asAdmin();
    writeEnvironment(workspace(), { ...baseConfiguration, airflow: { pools: { lake: 2, extra: 1 } } });
    succeed("up", "ml");
    const slots = async (): Promise<[string, number][]> => {
      const { pools } = await api.call<{ pools: { name: string; slots: number }[] }>("GET", "pools");
      return pools.map(({ name, slots }): [string, number] => [name, slots]).sort();
    };
    expect(await slots()).toEqual([
      ["default_pool", 128],
      ["extra", 1],
      ["lake", 2],
    ]);
    writeEnvironment(workspace(), { ...baseConfiguration });
    succeed("up", "ml");
    expect(await slots()).toEqual([
      ["default_pool", 128],
      ["lake", 4],
    ]);
  });

  it("runs a task again whose scheduler was killed, and replaces its own containers only when a DAG is added", async () => {
    const mlflow = await inspect(`${environmentName}-mlflow`);
    writeFileSync(join(workspace(), "workloads/dags/interrupted.py"), interrupted);
    succeed("up", "ml");
    expect((await inspect(`${environmentName}-mlflow`))?.Id).toBe(mlflow?.Id);
    const api = await AirflowApi.asAdmin();
    const run = await api.trigger("interrupted");
    const running = (): Promise<string | undefined> =>
      api
        .tasks("interrupted", run)
        .then(({ task_instances }) => task_instances.find(({ state }) => state === "running")?.state);
    await eventually("the task running", 120, running);
    const begun = await inspect(scheduler);
    // The signal cannot reach process 1 from inside, but what it started: the scheduler itself.
    await execute(scheduler, [
      "python",
      "-c",
      "import os; os.kill(int(open('/proc/1/task/1/children').read().split()[0]), 9)",
    ]);
    await eventually("the scheduler's restart", 60, async () => {
      const now = await inspect(scheduler);
      return now && now.State.StartedAt !== begun?.State.StartedAt ? true : undefined;
    });
    await api.succeeded("interrupted", run, 420);
  });

  it("takes new passwords and keys, and refuses the old ones", async () => {
    const api = await AirflowApi.asAdmin();
    await api.call("POST", "connections", { connection_id: "kept", conn_type: "generic", password: "kept-secret" });
    const names = [
      "airflow.admin-password",
      "airflow.airflow-database-password",
      "airflow.fernet-key",
      "airflow.token-key",
    ];
    const old = names.map(secret);
    succeed("secrets", "rotate", ...names);
    succeed("up", "ml");
    const [oldPassword = "", oldDatabase = "", oldKey = ""] = old;
    expect(await logIn("admin", oldPassword)).toBe(401);
    // The token was signed with the old key.
    await expect(api.call("GET", "pools")).rejects.toThrow("401");
    const login = { user: "airflow", password: oldDatabase };
    await expect(sql("SELECT 1", "airflow", login)).rejects.toThrow("password authentication failed");
    const [stored] = await sql("SELECT password FROM connection WHERE conn_id = 'kept'", "airflow");
    const value = String(stored?.["password"]);
    expect(await fernet(oldKey, value)).not.toBe(0);
    expect(await fernet(secret("airflow.fernet-key"), value)).toBe(0);
    const again = await AirflowApi.asAdmin();
    const run = await again.trigger("lake_growth");
    await again.succeeded("lake_growth", run, 240);
  });
});
