import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { AirflowApi, logIn } from "../support/airflow";
import { hostPort, objectStore, rootStore, sql } from "../support/clients";
import { secret, succeed } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { metricsShown } from "../support/metrics";

describeOnEngine("Airflow", () => {
  let run = "";

  beforeAll(() => {
    succeed("up", "ml");
  });

  it("asks for a log-in", async () => {
    expect((await fetch(`http://localhost:${hostPort(8085)}/api/v2/dags`)).status).toBe(401);
    expect(await logIn("admin", "admin")).toBe(401);
    expect(typeof (await logIn("admin", secret("airflow.admin-password")))).toBe("string");
  });

  it("runs the example in its pool, with the ready-made connections", async () => {
    await rootStore().send(new PutObjectCommand({ Bucket: "bronze", Key: "airflow/one", Body: "12345" }));
    const api = await AirflowApi.asAdmin();
    run = await api.trigger("lake_growth");
    await api.succeeded("lake_growth", run, 240);
    const { task_instances: tasks } = await api.tasks("lake_growth", run);
    expect(tasks.map(({ task_id, pool }) => `${task_id} in ${pool}`).sort()).toEqual([
      "keep in lake",
      "measure in lake",
      "measure in lake",
      "measure in lake",
    ]);
    const login = { user: "airflow_data", password: secret("airflow.airflow_data-database-password") };
    const rows = await sql("SELECT bucket FROM lake_growth WHERE bytes > 0", "airflow_data", login);
    expect(rows.map(({ bucket }) => bucket)).toContain("bronze");
  });

  it("shows the log of a task, which is in the object store", async () => {
    const api = await AirflowApi.asAdmin();
    expect(await api.log("lake_growth", run, "measure", 0)).toMatch(/bronze: \d+ objects, \d+ bytes/);
    const account = objectStore("airflow", secret("airflow.object-store-key"));
    const { Contents } = await account.send(new ListObjectsV2Command({ Bucket: "airflow", Prefix: "logs/" }));
    expect(Contents?.some(({ Key }) => Key?.includes("lake_growth"))).toBe(true);
  });

  it("shows every metric that its rules and its dashboard ask for", async () => {
    await metricsShown(["core", "ml"], "ml", /\b(?:airflow|statsd)_\w+/g);
  });
});
