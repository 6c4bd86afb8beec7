import { join } from "node:path";
import { sql } from "../support/clients";
import { secret, succeed } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { engine } from "../support/engine";
import {
  asPrefectUser,
  deployFlows,
  type FlowRun,
  logOf,
  prefect,
  runIn,
  startRun,
  workersOnline,
} from "../support/prefect";
import { eventually } from "../support/wait";
import { environmentName } from "../support/workspace";

/** Starts a run of the given length, and waits until it runs. */
async function runningFor(seconds: number): Promise<{ run: FlowRun; worker: string }> {
  const run = await startRun("once-interrupted/long", { seconds });
  await runIn("RUNNING", run, 90);
  const worker = await eventually("the worker of the run", 60, async () => {
    const log = await logOf(run);
    return log.includes("waiting") ? /Worker '(prefect-worker-\d)' submitting/.exec(log)?.[1] : undefined;
  });
  return { run, worker };
}

/** A run that a worker took, and of which nothing is heard any more. */
async function pending(): Promise<FlowRun> {
  const { id } = await prefect<{ id: string }>("/deployments/name/once-interrupted/long");
  return prefect(`/deployments/${id}/create_flow_run`, { parameters: { seconds: 0 }, state: { type: "PENDING" } });
}

function bothOnline(): Promise<true> {
  return eventually("both workers", 180, async () => ((await workersOnline()).length === 2 ? true : undefined));
}

const containerOf = (service: string) => engine.getContainer(`${environmentName}-${service}`);

describeOnEngine("Prefect, when something happens to it", () => {
  beforeAll(async () => {
    succeed("up", "ml");
    await deployFlows(join(__dirname, "../fixtures/prefect"));
    const { id } = await prefect<{ id: string }>("/deployments/name/tick/often");
    await asPrefectUser(`/deployments/${id}`, secret("prefect.admin-password"), undefined, "DELETE");
  });

  it("gives a run of a stopped worker to the other one", async () => {
    await bothOnline();
    const { run, worker } = await runningFor(600);
    await containerOf(worker).stop({ t: 90 });
    const ended = await runIn("COMPLETED", run, 120);
    expect(ended.run_count).toBe(2);
    const other = worker === "prefect-worker-1" ? "prefect-worker-2" : "prefect-worker-1";
    await eventually("the log", 30, async () => ((await logOf(run)).includes(`Worker '${other}'`) ? true : undefined));
    await containerOf(worker).start();
    await bothOnline();
  });

  it("waits at a stop for a run that ends soon", async () => {
    const { run, worker } = await runningFor(15);
    await containerOf(worker).stop({ t: 90 });
    expect(await runIn("COMPLETED", run, 30)).toMatchObject({ run_count: 1 });
    await containerOf(worker).start();
    await bothOnline();
  });

  it("ends a run whose worker was lost", async () => {
    const { run, worker } = await runningFor(600);
    await containerOf(worker).kill();
    await runIn("CRASHED", run, 240);
    await containerOf(worker).start();
    await bothOnline();
  });

  it("ends a run that was lost before it began, and not one that has just been taken", async () => {
    const lost = await pending();
    const taken = await pending();
    const since = "timestamp = timestamp - interval '11 minutes'";
    await sql(`UPDATE flow_run_state SET ${since} WHERE flow_run_id = '${lost.id}'`, "prefect");
    await runIn("CRASHED", lost, 60);
    await runIn("PENDING", taken, 1);
  });

  it("keeps a run going while the server is restarted", async () => {
    const { run } = await runningFor(30);
    await containerOf("prefect-server").restart({ t: 20 });
    expect(await runIn("COMPLETED", run, 180)).toMatchObject({ run_count: 1 });
  });

  it("removes runs that are too old, with their logs, and no others", async () => {
    const [old, recent] = [
      await startRun("once-interrupted/long", { seconds: 0 }),
      await startRun("once-interrupted/long", { seconds: 0 }),
    ];
    for (const run of [old, recent]) {
      await runIn("COMPLETED", run, 120);
      await eventually("its log", 30, async () => ((await logOf(run)).includes("waiting") ? true : undefined));
    }
    for (const [{ id }, days] of [
      [old, 31],
      [recent, 29],
    ] as const) {
      await sql(`UPDATE flow_run SET end_time = end_time - interval '${days} days' WHERE id = '${id}'`, "prefect");
      await sql(
        `UPDATE log SET timestamp = timestamp - interval '${days} days' WHERE flow_run_id = '${id}'`,
        "prefect",
      );
    }
    await containerOf("prefect-housekeeper").restart({ t: 10 });
    await eventually("removal", 90, async () => {
      const { status } = await asPrefectUser(`/flow_runs/${old.id}`, secret("prefect.admin-password"));
      return status === 404 ? true : undefined;
    });
    await eventually("removal of the log", 30, async () => ((await logOf(old)) === "" ? true : undefined));
    expect(await logOf(recent)).toContain("waiting");
    await runIn("COMPLETED", recent, 1);
  });

  it("takes a rotated log-in, and its workers come back with it", async () => {
    const before = secret("prefect.admin-password");
    succeed("secrets", "rotate", "prefect.admin-password");
    succeed("up", "ml");
    const after = secret("prefect.admin-password");
    expect((await asPrefectUser("/work_pools/default", before)).status).toBe(401);
    expect((await asPrefectUser("/work_pools/default", after)).status).toBe(200);
    await runIn("COMPLETED", await startRun("once-interrupted/long", { seconds: 0 }), 120);
    await bothOnline();
  });
});
