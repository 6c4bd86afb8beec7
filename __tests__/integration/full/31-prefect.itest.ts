import { join } from "node:path";
import { hostPort } from "../support/clients";
import { secret, succeed } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { execute } from "../support/engine";
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
import { projectFolder } from "../../../constructs/core/project";

describeOnEngine("Prefect", () => {
  beforeAll(() => {
    succeed("up", "ml");
  });

  it("asks for a log-in, but not when it is asked for its health", async () => {
    const question = { limit: 1 };
    expect((await asPrefectUser("/flows/filter", undefined, question)).status).toBe(401);
    expect((await asPrefectUser("/flows/filter", "admin", question)).status).toBe(401);
    expect((await asPrefectUser("/flows/filter", secret("prefect.admin-password"), question)).status).toBe(200);
    expect((await asPrefectUser("/ready")).status).toBe(200);
  });

  it("shows a page that finds the server under whatever name it was opened", async () => {
    const page = `http://localhost:${hostPort(4200)}`;
    const html = await (await fetch(page)).text();
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html) ?? [];
    expect(html).not.toContain("PLACEHOLDER");
    expect((await fetch(`${page}${script ?? "/none"}`)).headers.get("content-type")).toMatch(/javascript/);
    expect(await (await fetch(`${page}/ui-settings`)).json()).toMatchObject({ api_url: "/api", auth: "BASIC" });
  });

  it("has both workers in one work pool", async () => {
    const online = await eventually("two workers", 60, async () => {
      const names = await workersOnline();
      return names.length === 2 ? names : undefined;
    });
    expect(online).toEqual(["prefect-worker-1", "prefect-worker-2"]);
    const pools = await prefect<{ name: string; type: string; status: string }[]>("/work_pools/filter", {});
    expect(pools).toEqual([expect.objectContaining({ name: "default", type: "process", status: "READY" })]);
  });

  it("runs the flow of the first-use guide, which reads the lake with the account of the flows", async () => {
    await deployFlows(join(projectFolder(), "workloads/flows"));
    const run = await startRun("hello/first");
    await runIn("COMPLETED", run, 120);
    // Logs are sent in batches, also after the end.
    expect(
      await eventually("the log", 30, async () => (await logOf(run)).match(/bronze has \d+ objects/)?.[0]),
    ).toBeDefined();
  });

  it("runs a deployment by its schedule", async () => {
    await deployFlows(join(__dirname, "../fixtures/prefect"));
    const { id } = await prefect<{ id: string }>("/deployments/name/tick/often");
    const question = {
      flow_runs: { deployment_id: { any_: [id] }, state: { type: { any_: ["COMPLETED"] } } },
      limit: 1,
    };
    const run = await eventually("a run by schedule", 120, async () => {
      const [first] = await prefect<FlowRun[]>("/flow_runs/filter", question);
      return first;
    });
    expect(run.auto_scheduled).toBe(true);
    const { status } = await asPrefectUser(`/deployments/${id}`, secret("prefect.admin-password"), undefined, "DELETE");
    expect(status).toBe(204);
  });

  it("counts runs and workers, and shows the server's own metrics to those who log in", async () => {
    await eventually("the figures", 60, async () => {
      const { output } = await execute(`${environmentName}-consul`, [
        "wget",
        "-q",
        "-O",
        "-",
        "http://prefect-housekeeper:9105/metrics",
      ]);
      expect(output).toMatch(/^prefect_api_answers 1\.0$/m);
      expect(output).toMatch(/^prefect_workers_online\{work_pool="default"\} 2\.0$/m);
      expect(output).toMatch(/^prefect_work_pool_ready\{work_pool="default"\} 1\.0$/m);
      expect(output).toMatch(/^prefect_recent_flow_runs\{state="completed"\} [1-9]/m);
      return true;
    });
    expect((await asPrefectUser("/metrics")).status).toBe(401);
    expect(await (await asPrefectUser("/metrics", secret("prefect.admin-password"))).text()).toMatch(/^process_/m);
  });
});
