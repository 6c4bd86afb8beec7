import { readFileSync } from "node:fs";
import { FakeSession, smallEnvironment } from "../support/fake-session";
import type { StatusResult } from "../../cli/commands/status";
import type { UpResult } from "../../cli/up/result";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start({ ...smallEnvironment, groups: ["core", "processing", "ml"] });
});
afterEach(() => session.end());

/** Names of the service containers that run, without the environment's. */
function running(): string[] {
  return [...session.engine.containers.values()]
    .filter(({ state }) => state === "running")
    .map(({ name }) => name.slice("fake-".length))
    .sort();
}

function ids(): Map<string, string> {
  return new Map([...session.engine.containers.values()].map(({ name, id }) => [name, id]));
}

/** What the agents were told, `consul-agent-core -enable kafka`. */
function told(): string[] {
  return session.engine.execs.map(
    ({ container, command }) => `${container.slice("fake-".length)} ${command.slice(4).join(" ")}`,
  );
}

const underMlflow = ["consul", "consul-agent-core", "consul-agent-ml", "minio", "mlflow", "postgres"];

describe("up of a component", () => {
  it("brings it with what it stands on, and nothing else", async () => {
    const { out } = await session.succeed("up", "mlflow", "--json");
    expect(running()).toEqual(underMlflow);
    expect(session.engine.names.filter((name) => /kafka|redis|spark|exporter|airflow|prefect/.test(name))).toEqual([]);
    expect([...session.engine.volumes.keys()].sort()).toEqual([
      "fake-consul-data",
      "fake-minio-data",
      "fake-postgres-data",
    ]);
    const { groups, names, urls } = JSON.parse(out) as UpResult;
    expect(groups).toEqual(["core", "ml"]);
    expect(names).toEqual(expect.arrayContaining(underMlflow));
    expect(names).toHaveLength(underMlflow.length);
    expect(urls.map(({ component }) => component)).not.toContain("kafka-ui");
  });

  it("tells the registry that the rest of the group is away on purpose", async () => {
    await session.succeed("up", "mlflow");
    expect(told()).toContainEqual(
      expect.stringMatching(/^consul-agent-core -enable (?=.*kafka)(?=.*redis).* -disable (?=.*minio)(?=.*postgres)/),
    );
  });

  it("touches nothing the second time, and asks Terraform for no third plan", async () => {
    await session.succeed("up", "mlflow");
    const before = ids();
    await session.succeed("up", "mlflow");
    session.terraform.calls.length = 0;
    const { out } = await session.succeed("up", "mlflow");
    expect(out).toContain("nothing to change");
    expect(session.terraform.stacksOf("plan")).toEqual([]);
    expect(ids()).toEqual(before);
  });

  it("does not keep a later up from making the rest, which leaves it as it is", async () => {
    await session.succeed("up", "mlflow");
    await session.succeed("up", "mlflow");
    const before = ids();
    await session.succeed("up", "core");
    expect(running()).toEqual(expect.arrayContaining(["kafka", "kafka-ui", "redis"]));
    expect(ids()).toEqual(new Map([...ids(), ...before]));
    expect(told()).toContainEqual(expect.stringMatching(/^consul-agent-core -disable (?=.*kafka)(?=.*postgres)/));
  });

  it("leaves the state of a group alone that has more than was asked for", async () => {
    await session.succeed("up");
    const before = ids();
    session.configure({
      ...smallEnvironment,
      groups: ["core", "processing", "ml"],
      sizes: { redis: { memoryMiB: 256 }, minio: { memoryMiB: 1024 } },
    });
    session.engine.end("fake-kafka");
    await session.succeed("up", "mlflow");
    const replaced = [...before].filter(([name, id]) => ids().get(name) !== id).map(([name]) => name);
    expect(replaced).toEqual(["fake-minio"]);
    expect(session.engine.container("fake-kafka").state).toBe("exited");
  });

  it("repairs what it stands on and leaves alone what it does not", async () => {
    await session.succeed("up");
    session.engine.remove("fake-postgres");
    session.engine.remove("fake-redis");
    session.engine.end("fake-minio");
    await session.succeed("up", "mlflow");
    expect(running()).toEqual(expect.arrayContaining(["postgres", "minio"]));
    expect(session.engine.find("fake-redis")).toBeUndefined();
  });

  it("continues after it was cut off", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "fake-core" ? { killed: "docker_container.minio" } : undefined;
    expect((await session.run("up", "mlflow")).code).toBe(1);
    session.terraform.conduct = () => undefined;
    const { out } = await session.succeed("up", "mlflow");
    expect(out).toContain("fake-minio is in no state");
    expect(running()).toEqual(underMlflow);
  });

  it("leaves the stack's file as it was", async () => {
    await session.succeed("synth");
    const file = session.file("cdktf.out/stacks/fake-core/cdk.tf.json");
    const before = readFileSync(file, "utf8");
    await session.succeed("up", "mlflow");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("plans the same as it makes", async () => {
    const { out } = await session.succeed("plan", "mlflow", "--json");
    const { changes } = JSON.parse(out) as { changes: { address: string }[] };
    await session.succeed("up", "mlflow");
    const made = changes.flatMap(({ address }) => /^docker_container\.(.*)/.exec(address)?.[1] ?? []);
    expect(made.map((name) => `fake-${name}`).sort()).toEqual(session.engine.names.sort());
    expect((await session.succeed("plan", "mlflow")).out).toContain("nothing to change");
    expect((await session.succeed("plan", "core")).out).toContain("create docker_container.kafka");
  });
});

describe("down of a component", () => {
  it("removes its containers and those of nothing else, and keeps its data", async () => {
    await session.succeed("up");
    const before = ids();
    await session.succeed("down", "kafka-ui", "redis");
    const gone = [...before.keys()].filter((name) => !session.engine.find(name));
    expect(gone.sort()).toEqual(["fake-kafka-ui", "fake-redis"]);
    expect(session.engine.volumes.has("fake-redis-data")).toBe(true);
    expect(told().at(-1)).toBe("consul-agent-core -enable redis kafka-ui redis-exporter");
    expect(session.terraform.stacksOf("destroy")).toEqual([]);
    const { out } = await session.succeed("up", "redis");
    expect(out).not.toContain("repair:");
    expect(ids()).toEqual(new Map([...ids(), ...[...before].filter(([name]) => !gone.includes(name))]));
  });

  it("takes the steps along that nothing else has brought, and an agent without services", async () => {
    await session.succeed("up");
    await session.succeed("down", "mlflow");
    expect(session.engine.names.filter((name) => name.includes("mlflow"))).toEqual([]);
    expect(running()).toEqual(expect.arrayContaining(["airflow-scheduler", "consul-agent-ml", "prefect-server"]));
    await session.succeed("down", "airflow", "prefect");
    expect(session.engine.names.filter((name) => /ml$|airflow|prefect/.test(name))).toEqual([]);
    await session.succeed("up");
    expect(running()).toEqual(expect.arrayContaining(["mlflow", "consul-agent-ml"]));
  });

  it("is refused while something stands on it", async () => {
    await session.succeed("up", "mlflow");
    const { code, err } = await session.run("down", "postgres");
    expect(code).toBe(2);
    expect(err).toContain("Nothing was removed: mlflow stands on postgres.");
    expect(err).toContain("./datalab down postgres mlflow");
    expect(running()).toEqual(underMlflow);
    await session.succeed("down", "postgres", "mlflow");
    expect(running()).toEqual(["consul", "consul-agent-core", "minio"]);
  });
});

describe("stop, start and restart", () => {
  beforeEach(() => session.succeed("up"));

  it("take what stands on a component along, and tell the registry first", async () => {
    session.engine.requests.length = 0;
    session.engine.execs.length = 0;
    const all = running();
    await session.succeed("stop", "postgres");
    const stopped = all.filter((name) => !running().includes(name));
    expect(stopped).toEqual(expect.arrayContaining(["airflow-scheduler", "mlflow", "postgres", "prefect-server"]));
    expect(stopped.filter((name) => !/^(airflow|mlflow|postgres|prefect)/.test(name))).toEqual([]);
    expect(told()).toContainEqual("consul-agent-core -enable postgres postgres-exporter");
    expect(told()).toContainEqual(expect.stringMatching(/^consul-agent-ml -enable (?=.*mlflow)(?=.*prefect-server)/));
    const firstStop = session.engine.requests.findIndex((request) => /^POST .*\/stop$/.test(request));
    const lastExec = session.engine.requests.findLastIndex((request) => /^POST \/exec/.test(request));
    expect(lastExec).toBeLessThan(firstStop);
    await session.succeed("start", "ml");
    expect(running()).toEqual(all);
    expect(told().at(-1)).toContain("-disable");
  });

  it("act on one replica", async () => {
    const before = running();
    await session.succeed("stop", "spark-worker-2");
    expect(before.filter((name) => !running().includes(name))).toEqual(["spark-worker-2"]);
    await session.succeed("services", "start", "--service", "spark");
    expect(running()).toEqual(before);
    session.engine.requests.length = 0;
    await session.succeed("services", "restart", "--service", "spark-worker-1", "spark-worker-2");
    expect(session.engine.requests.filter((request) => request.endsWith("/stop"))).toHaveLength(2);
    expect(running()).toEqual(before);
  });

  it("say what could not be told to the registry", async () => {
    session.engine.onExec = () => ({ output: "Unexpected response code: 403", exitCode: 1 });
    const { err } = await session.succeed("stop", "redis");
    expect(err).toContain("consul-agent-core could not be told what is away on purpose: Unexpected response code: 403");
    session.engine.answer = (method, path) =>
      method === "POST" && path.endsWith("/exec") ? { status: 409, body: '{"message":"is not running"}' } : undefined;
    expect((await session.succeed("stop", "minio")).err).toContain("is not running");
  });
});

describe("status", () => {
  it("says in a line what is wrong and what to do, and begins with what others need", async () => {
    await session.succeed("up", "mlflow");
    Object.assign(session.engine.container("fake-postgres"), { health: "unhealthy", healthOutput: "no response" });
    Object.assign(session.engine.container("fake-mlflow"), { health: "unhealthy", healthOutput: "timed out" });
    const { out } = await session.succeed("status");
    expect(out).toMatch(/4 of \d+ components healthy, \d+ not brought up/);
    expect(out).toMatch(
      /✖ postgres is unhealthy since .*: its health check says: no response\. To do: look at \.\/datalab logs postgres --env fake/,
    );
    expect(out).toMatch(/✖ mlflow .* To do: it needs postgres, which is not well either: begin there;/);
  });

  it.each([
    ["stopped", "is stopped", "start redis"],
    ["crashed", "is stopped, after exit code 2", "start redis"],
    ["gone", "is gone", "up redis"],
  ])("tells %s apart", async (how, problem, advice) => {
    await session.succeed("up", "redis");
    if (how === "gone") session.engine.remove("fake-redis");
    else session.engine.end("fake-redis", how === "crashed" ? 2 : 143);
    const { out } = await session.succeed("platform", "status", "redis", "--json");
    const { components } = JSON.parse(out) as StatusResult;
    expect(components.map(({ component }) => component)).toEqual(["redis"]);
    expect(components[0]?.problem).toContain(problem);
    expect(components[0]?.advice).toBe(`./datalab ${advice} --env fake`);
  });

  it("has nothing to say of what was taken down or never asked for", async () => {
    await session.succeed("up", "redis", "minio");
    await session.succeed("down", "redis");
    const { components } = JSON.parse((await session.succeed("status", "--json")).out) as StatusResult;
    expect(components.filter(({ problem }) => problem !== null)).toEqual([]);
    await session.succeed("platform", "health");
  });
});

describe("top and events", () => {
  beforeEach(() => session.succeed("up", "redis"));

  it("show what containers use of their limits", async () => {
    const { out } = await session.succeed("top", "redis", "--json");
    expect(JSON.parse(out)).toEqual({
      environment: "fake",
      containers: [
        {
          container: "fake-redis",
          component: "redis",
          group: "core",
          state: "running",
          health: "healthy",
          cpus: 0.25,
          cpuLimit: 0.5,
          memoryMiB: 64,
          memoryLimitMiB: 128,
          restarts: 0,
        },
      ],
    });
    expect((await session.succeed("top")).out).toMatch(
      /fake-redis +healthy +\d\.\d\d \/ 0\.5 +64 MiB \/ 128 MiB +50 % +0/,
    );
  });

  it("tell what happened to whom", async () => {
    session.engine.end("fake-redis", 137);
    const { out } = await session.succeed("events", "redis", "--json");
    const events = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string; exitCode: number | null });
    expect(events.map(({ event, exitCode }) => [event, exitCode])).toEqual([
      ["started", null],
      ["ended", 137],
    ]);
    expect((await session.succeed("events", "redis")).out).toContain("fake-redis  ended with exit code 137");
    expect((await session.succeed("events", "--since", "2999-01-01")).out).toBe("");
  });
});
