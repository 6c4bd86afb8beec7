import { describeOnEngine } from "../support/describe";
import { datalab, datalabJson, type Status, succeed } from "../support/datalab";
import { execute, idsOf, inspect } from "../support/engine";
import { environmentName } from "../support/workspace";

/** Engine's ids of all containers, by their names without the environment's. */
async function ids(): Promise<Map<string, string>> {
  return new Map([...(await idsOf(environmentName))].map(([name, id]) => [name.slice(environmentName.length + 1), id]));
}

function components(wanted: (one: Status["components"][number]) => boolean): string[] {
  return (datalabJson("status") as Status).components.filter(wanted).map(({ component }) => component);
}

/** Ids of the services that an agent has in maintenance. */
async function inMaintenance(agent: string): Promise<string[]> {
  const { output } = await execute(`${environmentName}-${agent}`, ["consul", "maint"]);
  return [...output.matchAll(/ID: +(\S+)/g)].map(([, id = ""]) => id).sort();
}

const underMlflow = ["consul", "consul-agent-core", "consul-agent-ml", "minio", "mlflow", "postgres"];

describeOnEngine("a component alone", () => {
  beforeAll(() => {
    succeed("down");
  });

  it("comes up with what it stands on, and with nothing else", async () => {
    succeed("up", "mlflow");
    expect(components(({ state }) => state === "running").sort()).toEqual(underMlflow);
    expect([...(await ids()).keys()].filter((name) => /kafka|redis|spark|airflow|prefect/.test(name))).toEqual([]);
    expect(await inMaintenance("consul-agent-core")).toEqual(expect.arrayContaining(["kafka", "kafka-ui", "redis"]));
    expect(await inMaintenance("consul-agent-core")).not.toContain("minio");
    expect(datalab("health").exitCode).toBe(0);
  });

  it("is left alone by a second up", async () => {
    const before = await ids();
    expect(succeed("up", "mlflow")).toContain("nothing to change");
    expect(await ids()).toEqual(before);
  });

  it("is taken into maintenance when it is stopped, and out of it when it is started", async () => {
    succeed("stop", "mlflow");
    expect(await inMaintenance("consul-agent-ml")).toContain("mlflow");
    expect((await inspect(`${environmentName}-postgres`))?.State.Running).toBe(true);
    succeed("start", "mlflow");
    expect(await inMaintenance("consul-agent-ml")).not.toContain("mlflow");
  });

  it("is not touched when the rest of its group comes", async () => {
    const before = await ids();
    succeed("up", "ml");
    const after = await ids();
    expect([...before].filter(([name, id]) => after.get(name) !== id)).toEqual([]);
    expect(components(({ group, health }) => group === "ml" && health !== "healthy")).toEqual([]);
    expect(await inMaintenance("consul-agent-core")).toEqual([]);
  });

  it("goes down without those beside it", async () => {
    const before = await ids();
    expect(datalab("down", "postgres").exitCode).toBe(2);
    succeed("down", "mlflow");
    const gone = [...before.keys()].filter((name) => !name.includes("mlflow"));
    const after = await ids();
    expect(after.has("mlflow")).toBe(false);
    expect(gone.filter((name) => !name.endsWith("-ml") && !after.has(name))).toEqual([]);
    expect(succeed("up", "ml")).toContain("is up");
    expect((await ids()).has("mlflow")).toBe(true);
  });
});
