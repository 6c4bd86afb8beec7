import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describeOnEngine } from "./support/describe";
import { consul, hostPort, kafka, objectStore, produce, rootStore, sql } from "./support/clients";
import { datalab, datalabJson, secret, stackFolder, type Status, succeed, workspace } from "./support/datalab";
import { containersOf, engine, execute, inspect } from "./support/engine";
import { metricsShown } from "./support/metrics";
import { plannedChanges } from "./support/terraform";
import { eventually } from "./support/wait";
import { environmentName } from "./support/workspace";

interface Check {
  readonly ServiceName: string;
  readonly ServiceID: string;
  readonly Status: string;
}

describeOnEngine("core", () => {
  beforeAll(() => {
    succeed("up", "core");
  });

  it("is healthy, every component of it", () => {
    const { environment, components } = datalabJson("status") as Status;
    expect(environment).toBe(environmentName);
    const core = components.filter(({ group }) => group === "core");
    expect(core.map(({ component }) => component).sort()).toEqual([
      "consul",
      "consul-agent-core",
      "kafka",
      "kafka-exporter",
      "kafka-ui",
      "minio",
      "postgres",
      "postgres-exporter",
      "redis",
      "redis-exporter",
    ]);
    expect(core.filter(({ state, health }) => state !== "running" || health !== "healthy")).toEqual([]);
  });

  it.each(["foundation", "core"])("leaves nothing to do in %s", (part) => {
    expect(plannedChanges(stackFolder(part))).toEqual([]);
  });

  it("is not touched by a second up", async () => {
    const marks = async (): Promise<string[]> => {
      const infos = await Promise.all((await containersOf(environmentName)).map((name) => inspect(name)));
      return infos.map((info) => `${info?.Name ?? ""} ${info?.Id ?? ""} ${info?.State.StartedAt ?? ""}`);
    };
    const before = await marks();
    succeed("up", "core");
    expect(await marks()).toEqual(before);
  });

  it.each(["bronze", "silver", "gold"])("keeps objects and their versions in %s", async (bucket) => {
    const store = rootStore();
    expect((await store.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status).toBe("Enabled");
    for (const Body of ["first", "second"])
      await store.send(new PutObjectCommand({ Bucket: bucket, Key: "a/b", Body }));
    const { Body } = await store.send(new GetObjectCommand({ Bucket: bucket, Key: "a/b" }));
    expect(await Body?.transformToString()).toBe("second");
    const { Versions } = await store.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: "a/b" }));
    expect(Versions?.length).toBeGreaterThanOrEqual(2);
  });

  it("knows no default account of the object store", async () => {
    await expect(objectStore("minioadmin", "minioadmin").send(new ListBucketsCommand({}))).rejects.toThrow();
    await expect(
      objectStore("root", "wrong-password").send(new CreateBucketCommand({ Bucket: "x" })),
    ).rejects.toThrow();
  });

  it("carries messages between the host and the inside", async () => {
    const topic = "messages";
    await produce(topic, "from the host");
    const inside = await execute(`${environmentName}-kafka`, [
      "bash",
      "-c",
      `echo 'from the inside' | kafka-console-producer --bootstrap-server kafka:29092 --topic ${topic} &&
       kafka-console-consumer --bootstrap-server kafka:29092 --topic ${topic} --from-beginning --max-messages 2 --timeout-ms 60000`,
    ]);
    expect(inside.output).toContain("from the host\nfrom the inside\n");
    const seen: string[] = [];
    const consumer = kafka().consumer({ groupId: "host" });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        seen.push(String(message.value));
        return Promise.resolve();
      },
    });
    await eventually("both messages on the host", 60, () => (seen.length >= 2 ? seen : undefined));
    await consumer.disconnect();
    expect(seen).toEqual(["from the host", "from the inside"]);
  });

  it("answers SQL, with the password only", async () => {
    await sql("CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY, word text)");
    await sql("INSERT INTO kept VALUES (1, 'row') ON CONFLICT DO NOTHING");
    expect(await sql("SELECT word FROM kept")).toEqual([{ word: "row" }]);
    const wrong = await execute(`${environmentName}-postgres`, [
      "sh",
      "-c",
      "PGPASSWORD=wrong psql -h postgres -U postgres -c 'select 1'",
    ]);
    expect(wrong.output).toContain("password authentication failed");
  });

  it("answers the cache's clients, with the password only", async () => {
    const ask = (environment: string): Promise<{ output: string }> =>
      execute(`${environmentName}-redis`, ["sh", "-c", `${environment} redis-cli -h redis get nothing`]);
    expect((await ask("")).output).toContain("NOAUTH");
    expect((await ask('REDISCLI_AUTH="$(cat /run/secrets/redis.password)"')).output.trim()).toBe("");
  });

  it("asks for a log-in at Kafka UI", async () => {
    const url = `http://localhost:${hostPort(8090)}`;
    expect((await fetch(`${url}/api/clusters`, { redirect: "manual" })).status).not.toBe(200);
    const login = async (password: string): Promise<string> => {
      const body = new URLSearchParams({ username: "admin", password });
      const response = await fetch(`${url}/login`, { method: "POST", body, redirect: "manual" });
      return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    };
    const headers = { cookie: await login(secret("kafka-ui.admin-password")) };
    expect((await fetch(`${url}/api/clusters`, { headers })).status).toBe(200);
    const wrong = { cookie: await login("admin") };
    expect((await fetch(`${url}/api/clusters`, { headers: wrong, redirect: "manual" })).status).not.toBe(200);
  });

  it("lists every service in Consul as passing, and refuses strangers", async () => {
    const services = [
      "consul-agent-core",
      "kafka",
      "kafka-exporter",
      "kafka-ui",
      "minio",
      "postgres",
      "postgres-exporter",
      "redis",
      "redis-exporter",
    ];
    const passing = await eventually("every check passing", 60, async () => {
      const checks = await consul<Check[]>("/v1/health/state/any");
      const named = checks.filter(({ ServiceName }) => ServiceName !== "");
      return named.length >= services.length && checks.every(({ Status }) => Status === "passing") ? named : undefined;
    });
    expect(passing.map(({ ServiceName }) => ServiceName).sort()).toEqual(services);
    const port = hostPort(8500);
    const stranger = await fetch(`http://localhost:${port}/v1/kv/x`, { method: "PUT", body: "1" });
    expect(stranger.status).toBe(403);
    expect(
      Object.keys((await (await fetch(`http://localhost:${port}/v1/catalog/services`)).json()) as object),
    ).toContain("minio");
  });

  it("shows Consul's own metrics to the token that is made for them, and to nobody without one", async () => {
    const url = `http://localhost:${hostPort(8500)}`;
    const metrics = `${url}/v1/agent/metrics?format=prometheus`;
    const headers = { Authorization: `Bearer ${secret("consul.metrics-token")}` };
    expect(await (await fetch(metrics, { headers })).text()).toContain("consul_server_isLeader 1");
    expect((await fetch(metrics)).status).toBe(403);
    expect((await fetch(`${url}/v1/kv/x`, { method: "PUT", body: "1", headers })).status).toBe(403);
  });

  it("shows every metric that the rules and dashboards of core ask for", async () => {
    await metricsShown(["core"], "core");
  });

  it.each([
    ["pg_up 1", "http://postgres-exporter:9187/metrics"],
    ["redis_up 1", "http://redis-exporter:9121/metrics"],
  ])("has an exporter that says %s", async (line, url) => {
    const { output } = await execute(`${environmentName}-consul`, ["wget", "-q", "-O", "-", url]);
    expect(output.split("\n")).toContain(line);
  });

  it("lets the exporters' accounts see figures and no data", async () => {
    const asObserver = await execute(`${environmentName}-postgres`, [
      "sh",
      "-c",
      `PGPASSWORD=${secret("postgres.observer-password")} psql -h postgres -U datalab_observer -d postgres -c 'SELECT * FROM kept'`,
    ]);
    expect(asObserver.output).toContain("permission denied");
    const inRedis = await execute(`${environmentName}-redis`, [
      "sh",
      "-c",
      `REDISCLI_AUTH=${secret("redis.observer-password")} redis-cli --user observer -h redis config get requirepass`,
    ]);
    expect(inRedis.output).toContain("NOPERM");
  });

  it("tells every service where to find the others", async () => {
    for (const name of await containersOf(environmentName)) {
      const info = await inspect(name);
      if (info?.Config.Labels["datalab.kind"] !== "service" || name === `${environmentName}-consul`) continue;
      const told = info.Config.Env.includes("SERVICE_DISCOVERY_CONSUL=consul:8500");
      expect({ name, told }).toEqual({ name, told: true });
    }
  });

  it("marks a stopped service critical within its interval, and passing again", async () => {
    succeed("services", "list");
    const container = `${environmentName}-redis`;
    await execute(container, ["true"]);
    await engine.getContainer(container).stop();
    await eventually("redis critical", 20, async () => {
      const checks = await consul<Check[]>("/v1/health/checks/redis");
      return checks.some(({ Status }) => Status === "critical") ? true : undefined;
    });
    succeed("start", "core");
    await eventually("redis passing", 40, async () => {
      const checks = await consul<Check[]>("/v1/health/checks/redis");
      return checks.every(({ Status }) => Status === "passing") ? true : undefined;
    });
  });

  it("shows no secret to those who look at containers, plans, states or logs", async () => {
    const values = Object.keys(datalabJsonSecrets()).map((id) => secret(id));
    expect(values.length).toBeGreaterThan(5);
    const places: string[] = [];
    for (const name of await containersOf(environmentName)) {
      places.push(JSON.stringify(await inspect(name)));
      places.push((await engine.getContainer(name).logs({ stdout: true, stderr: true })).toString("utf8"));
    }
    for (const part of ["foundation", "core"]) {
      const state = join(workspace(), `.datalab/state/${environmentName}-${part}.tfstate`);
      expect(statSync(state).mode & 0o777).toBe(0o600);
      places.push(readFileSync(state, "utf8"), readFileSync(join(stackFolder(part), "cdk.tf.json"), "utf8"));
    }
    places.push(
      datalab("plan").output,
      datalab("status").output,
      datalab("urls").output,
      datalab("credentials").output,
    );
    for (const place of places) for (const value of values) expect(place.includes(value)).toBe(false);
  });
});

/** Ids of the environment's secrets, as the command lists them. */
function datalabJsonSecrets(): Record<string, unknown> {
  const listed = datalabJson("secrets", "list") as { secrets: readonly { secret: string }[] };
  return Object.fromEntries(listed.secrets.map(({ secret: id }) => [id, true]));
}
