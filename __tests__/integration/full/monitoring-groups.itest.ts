import { consul, hostPort } from "../support/clients";
import { secret, succeed, workspace } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { engine } from "../support/engine";
import { logLines, prometheus, samples } from "../support/monitoring";
import { Receiver } from "../support/receiver";
import { eventually } from "../support/wait";
import { baseConfiguration, environmentName, writeEnvironment } from "../support/workspace";

/** Seconds since 1970 at which Prometheus judged its rules last. */
async function lastJudgement(): Promise<number> {
  const { groups } = await prometheus<{ groups: { lastEvaluation: string }[] }>("rules");
  return Math.min(...groups.map(({ lastEvaluation }) => Date.parse(lastEvaluation) / 1000));
}

async function mlflow<T>(path: string, body?: object): Promise<T> {
  const credentials = Buffer.from(`admin:${secret("mlflow.admin-password")}`).toString("base64");
  const response = await fetch(`http://localhost:${hostPort(5000)}/api/2.0/mlflow/${path}`, {
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

describeOnEngine("monitoring and groups", () => {
  let receiver: Receiver;

  beforeAll(async () => {
    const started = await Receiver.start();
    receiver = started.receiver;
    writeEnvironment(workspace(), { ...baseConfiguration, alerts: started.alerts });
    succeed("up");
  });

  afterAll(async () => {
    await receiver.stop();
    writeEnvironment(workspace(), baseConfiguration);
  });

  it("a group that is stopped leaves the catalogue within ten seconds, and nobody is told of an alert", async () => {
    await mlflow("experiments/create", { name: "kept over a stop" });
    await eventually("a quiet platform", 180, async () => {
      expect(await samples('ALERTS{group="ml"}')).toEqual([]);
      return true;
    });
    succeed("stop", "ml");
    const stopped = Date.now() / 1000;
    await eventually("the group's end in the catalogue", 10, async () =>
      (await consul<unknown[]>("/v1/health/service/mlflow?passing=true")).length === 0 ? true : undefined,
    );
    await eventually("a minute's judgements", 120, async () =>
      (await lastJudgement()) > stopped + 60 ? true : undefined,
    );
    expect(await samples('ALERTS{group="ml"}')).toEqual([]);
    expect(receiver.alerts.filter(({ labels }) => labels["group"] === "ml")).toEqual([]);
  });

  it("a group that is started again has its data, and is watched", async () => {
    succeed("start", "ml");
    const found = await mlflow<{ experiment: { lifecycle_stage: string } }>(
      "experiments/get-by-name?experiment_name=kept%20over%20a%20stop",
    );
    expect(found.experiment.lifecycle_stage).toBe("active");
    await eventually("its target", 60, async () => {
      const [up] = await samples('up{service="mlflow",job!="probe"}');
      return up?.value[1] === "1" ? true : undefined;
    });
  });

  it("metrics, log lines and Grafana's own data are there after monitoring went and came", async () => {
    const before = String(Math.floor(Date.now() / 1000));
    const lines = await logLines(`{environment="${environmentName}",component="postgres"}`);
    const grafana = engine.getVolume(`${environmentName}-grafana-data`);
    // The engine tells more of a volume than its types know.
    const made = async (): Promise<string> => ((await grafana.inspect()) as { CreatedAt?: string }).CreatedAt ?? "";
    const createdAt = await made();
    succeed("down", "monitoring");
    succeed("up", "monitoring");
    const { result } = await prometheus<{ result: unknown[] }>("query", { query: "up", time: before });
    expect(result.length).toBeGreaterThan(5);
    const kept = await eventually("the lines of before", 60, async () => {
      const found = await logLines(`{environment="${environmentName}",component="postgres"}`);
      return found.length > 0 ? found : undefined;
    });
    expect(kept).toEqual(expect.arrayContaining(lines.slice(-5)));
    expect(createdAt).not.toBe("");
    expect(await made()).toBe(createdAt);
  });

  it("takes rotated log-ins, and refuses the old ones", async () => {
    const pages = [
      { id: "prometheus.password", url: `http://localhost:${hostPort(9090)}/api/v1/query?query=up` },
      { id: "alertmanager.password", url: `http://localhost:${hostPort(9093)}/api/v2/status` },
      { id: "grafana.admin-password", url: `http://localhost:${hostPort(3000)}/api/search` },
    ];
    const status = async (url: string, password: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
      return (await fetch(url, { headers: { authorization } })).status;
    };
    const old = pages.map(({ id }) => secret(id));
    succeed("secrets", "rotate", ...pages.map(({ id }) => id), "loki.object-store-key");
    succeed("up", "monitoring");
    for (const [index, { id, url }] of pages.entries()) {
      expect([id, await status(url, secret(id)), await status(url, old[index] ?? "")]).toEqual([id, 200, 401]);
    }
    // Whoever reads with these log-ins was given the new ones.
    await eventually("every target up", 120, async () => {
      expect(await samples("up == 0")).toEqual([]);
      return true;
    });
    expect((await samples('up{job=~"prometheus|alertmanager|grafana|loki"}')).length).toBe(4);
  });
});
