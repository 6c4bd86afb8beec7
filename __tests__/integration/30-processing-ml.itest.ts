import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeOnEngine } from "./support/describe";
import { consul, hostPort, objectStore, rootStore, sql } from "./support/clients";
import { datalabJson, secret, stackFolder, type Status, succeed } from "./support/datalab";
import { containersOf, execute, inspect } from "./support/engine";
import { metricsShown } from "./support/metrics";
import { plannedChanges } from "./support/terraform";
import { eventually } from "./support/wait";
import { deploysEverything, environmentName } from "./support/workspace";

const fixtures = join(__dirname, "fixtures");

/** Runs a Python program in a container, by standard input, with the container's account. */
function python(container: string, fixture: string, before: string, ...args: string[]): ReturnType<typeof execute> {
  const program = readFileSync(join(fixtures, fixture)).toString("base64");
  const quoted = args.map((arg) => `'${arg}'`).join(" ");
  return execute(container, [
    "bash",
    "-c",
    `echo ${program} | base64 -d > /tmp/${fixture} && ${before} /tmp/${fixture} ${quoted}`,
  ]);
}

describeOnEngine("processing and ml", () => {
  beforeAll(() => {
    succeed("up", "processing", "ml");
  });

  it("are healthy, with three workers", () => {
    const { components } = datalabJson("status") as Status;
    expect(components.filter(({ health }) => health !== "healthy")).toEqual([]);
    expect(components.map(({ component }) => component)).toEqual(expect.arrayContaining(["spark", "mlflow"]));
  });

  it.each(["processing-images", "processing", "ml-images", "ml", "core", "foundation"])(
    "leave nothing to do in %s",
    (part) => {
      expect(plannedChanges(stackFolder(part))).toEqual([]);
    },
  );

  it("are in Consul's catalogue, every replica, and passing", async () => {
    const ids = [
      "mlflow",
      ...(deploysEverything ? ["nifi"] : []),
      "spark-history",
      "spark-master",
      "spark-worker-1",
      "spark-worker-2",
      "spark-worker-3",
    ];
    const passing = await eventually("every check passing", 60, async () => {
      const checks = await consul<{ ServiceID: string; Status: string }[]>("/v1/health/state/passing");
      const found = checks.map(({ ServiceID }) => ServiceID).filter((id) => ids.includes(id));
      return found.length === ids.length ? found : undefined;
    });
    expect(passing.sort()).toEqual(ids);
  });

  it.each(["processing", "ml"] as const)(
    "show every metric that the rules and dashboards of %s ask for",
    async (group) => {
      // MLflow shows no figures of requests before there was one.
      await fetch(`http://localhost:${hostPort(5000)}/`);
      await metricsShown(["core", "processing", "ml"], group);
    },
  );

  it("limit and reserve what a worker takes", async () => {
    for (const number of [1, 2, 3]) {
      const info = await inspect(`${environmentName}-spark-worker-${number}`);
      expect(info?.HostConfig.Memory).toBe((768 + 512) * 1024 * 1024);
      expect(info?.HostConfig.MemoryReservation).toBeGreaterThan(0);
      expect(info?.HostConfig.NanoCpus).toBe(1_000_000_000);
    }
  });

  it("write and merge a Delta table with tasks on all three workers", async () => {
    const { exitCode, output } = await python(
      `${environmentName}-spark-master`,
      "delta_merge.py",
      "spark-submit",
      "s3a://silver/checks/merge",
      "3",
    );
    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
    const { Contents } = await rootStore().send(
      new ListObjectsV2Command({ Bucket: "silver", Prefix: "checks/merge/_delta_log/" }),
    );
    expect(Contents?.length).toBeGreaterThanOrEqual(2);
  });

  it("show the job with its tasks in the history server afterwards", async () => {
    const api = `http://localhost:${hostPort(18_080)}/api/v1/applications`;
    const executors = await eventually("the job in the history server", 60, async () => {
      const applications = (await (await fetch(`${api}?status=completed`)).json()) as { id: string; name: string }[];
      const job = applications.find(({ name }) => name === "delta-merge");
      if (!job) return undefined;
      return (await (await fetch(`${api}/${job.id}/allexecutors`)).json()) as { id: string; completedTasks: number }[];
    });
    const workers = executors.filter(({ id }) => id !== "driver");
    expect(workers.map(({ completedTasks }) => completedTasks > 0)).toEqual([true, true, true]);
    // Its account is for the applications' events and for nothing of the lake.
    const account = objectStore("spark-history", secret("spark.spark-history-object-store-key"));
    await expect(account.send(new GetObjectCommand({ Bucket: "silver", Key: "x" }))).rejects.toThrow(/denied/i);
  });

  it("show the workers on the master's page", async () => {
    const page = (await (await fetch(`http://localhost:${hostPort(8080)}/json/`)).json()) as { aliveworkers: number };
    expect(page.aliveworkers).toBe(3);
  });

  it("take an application that knows the cluster's secret, and no other", async () => {
    const submit = (value: string): ReturnType<typeof execute> =>
      python(
        `${environmentName}-spark-master`,
        "spark_secret.py",
        `timeout 240 spark-submit --conf spark.authenticate.secret='${value}'`,
      );
    const right = await submit(secret("spark.authentication"));
    expect({ exitCode: right.exitCode, output: right.output }).toEqual({
      exitCode: 0,
      output: expect.stringContaining("sum: 45") as unknown,
    });
    const wrong = await submit(`not-${secret("spark.authentication")}`);
    // The driver says why its connections end, and gives up after the third.
    expect(wrong.output).toContain("New auth protocol failed");
    expect(wrong.output).toContain("All masters are unresponsive! Giving up.");
    expect(wrong.output).not.toContain("sum:");
    // 124 would be the time limit and not Spark's own word.
    expect([0, 124]).not.toContain(wrong.exitCode);
  });

  it("record a run with metrics, an artifact and a registered model", async () => {
    const { exitCode, output } = await mlflow("write");
    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
    const { Contents } = await rootStore().send(new ListObjectsV2Command({ Bucket: "mlflow" }));
    expect(Contents?.length).toBeGreaterThan(0);
  });

  it("ask for a log-in at MLflow", async () => {
    const url = `http://localhost:${hostPort(5000)}/api/2.0/mlflow/experiments/search?max_results=1`;
    const status = async (user: string, password: string): Promise<number> => {
      const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
      return (await fetch(url, { headers })).status;
    };
    expect((await fetch(url)).status).toBe(401);
    expect(await status("admin", "password1234")).toBe(401);
    expect(await status("admin", secret("mlflow.admin-password"))).toBe(200);
  });

  it("keep a consumer's account out of what is not its own", async () => {
    const account = objectStore("mlflow", secret("mlflow.object-store-key"));
    await account.send(new PutObjectCommand({ Bucket: "mlflow", Key: "mine", Body: "1" }));
    await expect(account.send(new PutObjectCommand({ Bucket: "gold", Key: "theirs", Body: "1" }))).rejects.toThrow(
      /denied/i,
    );
    await expect(account.send(new GetObjectCommand({ Bucket: "silver", Key: "x" }))).rejects.toThrow(/denied/i);
    const spark = objectStore("spark", secret("spark.object-store-key"));
    await expect(spark.send(new GetObjectCommand({ Bucket: "mlflow", Key: "mine" }))).rejects.toThrow(/denied/i);
  });

  it("are found again after down and up", async () => {
    succeed("down", "ml");
    expect((await containersOf(environmentName)).filter((name) => name.includes("mlflow"))).toEqual([]);
    succeed("up", "ml");
    const { exitCode, output } = await mlflow("read");
    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  });

  it("keep a database's role out of every other database", async () => {
    const password = secret("mlflow.mlflow-database-password");
    const connect = (database: string): ReturnType<typeof sql> =>
      sql("SELECT current_user AS role", database, { user: "mlflow", password });
    expect(await connect("mlflow")).toEqual([{ role: "mlflow" }]);
    for (const database of ["mlflow_auth", "postgres", "template1"]) {
      await expect(connect(database)).rejects.toThrow("permission denied for database");
    }
    const others = sql("SELECT 1", "mlflow_auth", { user: "mlflow_auth", password });
    await expect(others).rejects.toThrow("password authentication failed");
  });

  it("take rotated passwords, also those that are kept in data, and restart only where they are used", async () => {
    const before = await inspect(`${environmentName}-spark-master`);
    const names = ["mlflow.admin-password", "mlflow.mlflow-database-password", "postgres.admin-password"];
    const values = names.map(secret);
    succeed("secrets", "rotate", ...names);
    expect(names.map(secret).filter((value) => values.includes(value))).toEqual([]);
    succeed("up");
    expect((await mlflow("read")).exitCode).toBe(0);
    expect(await sql("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect((await inspect(`${environmentName}-spark-master`))?.Id).toBe(before?.Id);
  });
});

/** Speaks to MLflow as a client would, from a container of its own image. */
function mlflow(verb: "write" | "read"): ReturnType<typeof execute> {
  const login = `MLFLOW_TRACKING_URI=http://mlflow:5000 MLFLOW_TRACKING_USERNAME=admin MLFLOW_TRACKING_PASSWORD="$(cat /run/secrets/mlflow.admin-password)"`;
  return python(`${environmentName}-mlflow`, "mlflow_roundtrip.py", `${login} python`, verb);
}
