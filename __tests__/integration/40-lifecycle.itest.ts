import { spawnSync } from "node:child_process";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeOnEngine } from "./support/describe";
import { produce, rootStore, sql } from "./support/clients";
import { datalab, datalabJson, type Status, succeed, workspace } from "./support/datalab";
import { containersOf, engine, execute, inspect } from "./support/engine";
import { environmentName } from "./support/workspace";

async function running(): Promise<string[]> {
  const names = await containersOf(environmentName);
  const infos = await Promise.all(names.map((name) => inspect(name)));
  return infos.flatMap((info) =>
    info?.State.Running === true ? [info.Name.slice(1 + environmentName.length + 1)] : [],
  );
}

describeOnEngine("lifecycle", () => {
  const topic = "kept";

  beforeAll(async () => {
    succeed("up");
    await rootStore().send(new PutObjectCommand({ Bucket: "gold", Key: "kept", Body: "object" }));
    await sql("CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY, word text)");
    await sql("INSERT INTO kept VALUES (1, 'row') ON CONFLICT DO NOTHING");
    await produce(topic, "message");
  });

  it("down takes every container away and no data", async () => {
    succeed("down");
    expect(await containersOf(environmentName)).toEqual([]);
    const { Volumes } = await engine.listVolumes({ filters: { name: [`${environmentName}-`] } });
    expect(Volumes.map(({ Name }) => Name)).toEqual(expect.arrayContaining([`${environmentName}-minio-data`]));
  });

  it("up brings an object, a row and a message back", async () => {
    succeed("up", "core");
    const { Body } = await rootStore().send(new GetObjectCommand({ Bucket: "gold", Key: "kept" }));
    expect(await Body?.transformToString()).toBe("object");
    expect(await sql("SELECT word FROM kept WHERE id = 1")).toEqual([{ word: "row" }]);
    const { output } = await execute(`${environmentName}-kafka`, [
      "bash",
      "-c",
      `kafka-console-consumer --bootstrap-server kafka:29092 --topic ${topic} --from-beginning --max-messages 1 --timeout-ms 60000`,
    ]);
    expect(output).toContain("message");
  });

  it("up of a group brings the groups that it stands on", () => {
    succeed("down");
    succeed("up", "ml");
    const groups = new Set(
      (datalabJson("status") as Status).components.filter(({ state }) => state === "running").map(({ group }) => group),
    );
    expect([...groups].sort()).toEqual(["core", "ml"]);
  });

  it("stop and start act on one group and leave the others alone", async () => {
    const before = await running();
    succeed("stop", "ml");
    expect((await running()).sort()).toEqual(
      before.filter((name) => !["mlflow", "consul-agent-ml"].includes(name)).sort(),
    );
    succeed("start", "ml");
    expect((await running()).sort()).toEqual(before.sort());
    expect((await inspect(`${environmentName}-mlflow`))?.State.Health?.Status).toBe("healthy");
  });

  it("the wrapper scripts do the same", async () => {
    const script = (...args: string[]): number | null =>
      spawnSync("scripts/manage_environments.sh", args, {
        cwd: workspace(),
        env: { ...process.env, DATALAB_ENV: environmentName },
      }).status;
    expect(script("status", "all")).toBe(0);
    expect(script("stop", "ml")).toBe(0);
    expect((await inspect(`${environmentName}-mlflow`))?.State.Running).toBe(false);
    expect(script("start", "ml")).toBe(0);
    expect((await inspect(`${environmentName}-mlflow`))?.State.Running).toBe(true);
    expect(script("explode")).toBe(2);
  });

  it("data is deleted with both keys only", async () => {
    expect(datalab("destroy").exitCode).toBe(2);
    expect(datalab("destroy", "--data", "--confirm", "wrong").exitCode).toBe(2);
    expect((await inspect(`${environmentName}-minio`))?.State.Running).toBe(true);
  });
});
