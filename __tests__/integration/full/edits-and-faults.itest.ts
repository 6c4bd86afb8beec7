import { hostPort, sql } from "../support/clients";
import { datalabJson, stackFolder, start, type Status, succeed, workspace } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { containersOf, engine, idsOf, inspect } from "../support/engine";
import { samples } from "../support/monitoring";
import { commandOf, descendants } from "../support/processes";
import { plannedChanges } from "../support/terraform";
import { eventually } from "../support/wait";
import { baseConfiguration, environmentName, portOffset, writeEnvironment } from "../support/workspace";

/** A service of each of the large components above core. */
const subjects = ["airflow", "jupyterhub", "nifi", "prefect-server", "prometheus"];
const containers = subjects.map((name) => `${environmentName}-${name}`);
const groups = ["processing", "ml", "visualization", "monitoring"];

/** Names of services whose container is another one now. */
function replaced(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before]
    .filter(([name, id]) => after.get(name) !== id && !name.includes("-init-"))
    .map(([name]) => name.slice(environmentName.length + 1))
    .sort();
}

function expectAllHealthy(): void {
  const { components } = datalabJson("status") as Status;
  expect(components.filter(({ health }) => health !== "healthy")).toEqual([]);
}

function expectNothingLeftToDo(): void {
  expect(groups.flatMap((group) => plannedChanges(stackFolder(group)))).toEqual([]);
}

describeOnEngine("an edit of a component above core", () => {
  beforeAll(() => {
    succeed("up");
  });

  afterAll(() => {
    writeEnvironment(workspace(), baseConfiguration);
    succeed("up");
  });

  /** Brings up an edited environment, and tells which services were replaced. */
  async function edited(changes: object): Promise<string[]> {
    const before = await idsOf(environmentName);
    writeEnvironment(workspace(), { ...baseConfiguration, ...changes });
    succeed("up");
    expectAllHealthy();
    expectNothingLeftToDo();
    return replaced(before, await idsOf(environmentName));
  }

  it("of the memory limit lands without a restart where the service does not size itself by it", async () => {
    const names = ["airflow", "jupyterhub", "prefect-server", "prometheus"];
    const sizes = Object.fromEntries(names.map((name) => [name, { memoryMiB: 1111 }]));
    expect(await edited({ sizes })).toEqual([]);
    for (const name of names) {
      expect((await inspect(`${environmentName}-${name}`))?.HostConfig.Memory).toBe(1111 * 1024 * 1024);
    }
  });

  it("of the processor limit lands, on these services and no others", async () => {
    const sizes = Object.fromEntries(subjects.map((name) => [name, { cpus: 0.9 }]));
    // The name of a component stands for all of its services.
    const ofAirflow = ["airflow-dag-processor", "airflow-scheduler", "airflow-statsd"];
    expect(await edited({ sizes })).toEqual([...subjects, ...ofAirflow].sort());
    for (const name of containers) expect((await inspect(name))?.HostConfig.NanoCpus).toBe(900_000_000);
  });

  it("of a published port lands", async () => {
    const moved = { "airflow.web": 8185, "nifi.web": 8543, "prefect.web": 4300, "prometheus.web": 9190 };
    const ports = Object.fromEntries(Object.entries(moved).map(([name, port]) => [name, port + portOffset]));
    await edited({ ports });
    const { status } = await fetch(`http://localhost:${hostPort(9190)}/-/healthy`);
    expect(status).toBe(401);
    expect((await fetch(`http://localhost:${hostPort(4300)}/api/health`)).status).toBe(200);
    await expect(fetch(`http://localhost:${hostPort(4200)}/api/health`)).rejects.toThrow();
  });

  it("of each component's own settings lands", async () => {
    const names = await edited({
      airflow: { parallelism: 3 },
      prefect: { runRetentionDays: 31 },
      jupyterhub: { idleMinutes: 61 },
      monitoring: { retentionDays: 16 },
    });
    expect(names).toEqual(
      expect.arrayContaining(["airflow-scheduler", "jupyterhub", "prefect-housekeeper", "prometheus"]),
    );
    expect(names).not.toContain("nifi");
    expect((await inspect(`${environmentName}-prometheus`))?.Args.join(" ")).toContain("16d");
  });
});

describeOnEngine("a fault above core", () => {
  beforeAll(async () => {
    writeEnvironment(workspace(), baseConfiguration);
    succeed("up");
    await sql("CREATE TABLE IF NOT EXISTS faults (id int PRIMARY KEY)", "airflow");
  });

  it("all containers stopped or killed, as by a host that goes down, are started again and not replaced", async () => {
    const before = await idsOf(environmentName);
    const running = (
      await engine.listContainers({ filters: { label: [`datalab.environment=${environmentName}`] } })
    ).map(({ Id }) => engine.getContainer(Id));
    expect(running.length).toBeGreaterThan(30);
    await Promise.all(running.map((one, index) => (index % 2 === 0 ? one.stop() : one.kill())));
    succeed("up");
    expect(replaced(before, await idsOf(environmentName))).toEqual([]);
    expectAllHealthy();
  });

  it("containers removed by hand are made again, with their data", async () => {
    const seen = String(Math.floor(Date.now() / 1000));
    const before = await idsOf(environmentName);
    for (const name of containers) await engine.getContainer(name).remove({ force: true });
    succeed("up");
    expect(replaced(before, await idsOf(environmentName))).toEqual(subjects);
    expectAllHealthy();
    expect((await samples(`up{job="prometheus"} @ ${seen}`)).length).toBe(1);
    expect(await sql("SELECT count(*) FROM faults", "airflow")).toEqual([{ count: "0" }]);
  });

  it("a command that was killed with its Terraform leaves nothing that a second up cannot repair", async () => {
    succeed("down", "ml", "visualization", "monitoring");
    const up = start("up");
    const victims = await eventually("Terraform at work on containers", 240, async () => {
      const names = await containersOf(environmentName);
      if (!names.some((name) => /-(mlflow|prefect-server|jupyterhub|prometheus)$/.test(name))) return undefined;
      const found = descendants(up.pid).filter((pid) => commandOf(pid).includes("terraform"));
      return found.length > 0 ? found : undefined;
    });
    for (const pid of [up.pid, ...victims]) process.kill(pid, "SIGKILL");
    await up.ended;
    succeed("up");
    expectAllHealthy();
    expectNothingLeftToDo();
    expect(await sql("SELECT count(*) FROM faults", "airflow")).toEqual([{ count: "0" }]);
  });

  it("two commands at once: one is told of the other, and nothing is half done", async () => {
    const first = start("restart", "prefect");
    await eventually("the first at work", 60, async () =>
      (await inspect(`${environmentName}-prefect-server`))?.State.Running === false ? true : undefined,
    );
    const second = await start("up", "airflow").ended;
    expect([second.exitCode, second.output]).toEqual([2, expect.stringContaining("datalab restart")]);
    expect((await first.ended).exitCode).toBe(0);
    expectAllHealthy();
  });
});
