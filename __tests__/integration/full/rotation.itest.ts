import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { hostPort, objectStore, sql } from "../support/clients";
import { datalab, datalabJson, secret, type Status, succeed } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { samples } from "../support/monitoring";
import { ask, logIn } from "../support/nifi";
import { streamlitSession } from "../support/streamlit";
import { eventually } from "../support/wait";

/** Accounts of the object store, by the secret that is their key, with a bucket that each may list. */
const accounts = {
  "airflow.object-store-key": ["airflow", "airflow"],
  "prefect.object-store-key": ["prefect", "prefect"],
  "spark.spark-history-object-store-key": ["spark-history", "spark"],
  "jupyterhub.jupyterhub-administrators-object-store-key": ["jupyterhub-administrators", "gold"],
} as const;

/** Roles of PostgreSQL, whose databases have the same name. */
const roles = {
  "airflow.airflow_data-database-password": "airflow_data",
  "prefect.prefect-database-password": "prefect",
} as const;

const tokens = [
  "consul.agent-processing-token",
  "consul.agent-ml-token",
  "consul.agent-visualization-token",
  "consul.agent-monitoring-token",
  "consul.metrics-token",
  "prometheus.catalogue-token",
];

/** Keys that only the programs themselves ask for. */
const inside = ["airflow.session-key", "grafana.metrics-password", "grafana.secret-key"];

const ids = [
  ...Object.keys(accounts),
  ...Object.keys(roles),
  ...tokens,
  ...inside,
  "nifi.password",
  "nifi.tls",
  "streamlit.password",
];

/** Whether the object store takes a key; a bucket that may not be listed is another matter. */
async function takesKey([account, bucket]: readonly [string, string], key: string): Promise<boolean> {
  try {
    await objectStore(account, key).send(new ListObjectsV2Command({ Bucket: bucket }));
    return true;
  } catch (error) {
    if ((error as Error).name === "SignatureDoesNotMatch") return false;
    throw error;
  }
}

async function takesPassword(role: string, password: string): Promise<boolean> {
  try {
    await sql("SELECT 1", role, { user: role, password });
    return true;
  } catch (error) {
    if (/password authentication failed/.test((error as Error).message)) return false;
    throw error;
  }
}

/** Whether Consul knows a token. */
async function takesToken(token: string): Promise<boolean> {
  const headers = { "X-Consul-Token": token };
  const { status } = await fetch(`http://localhost:${hostPort(8500)}/v1/acl/token/self`, { headers });
  if (status !== 200 && status !== 403) throw new Error(`Consul answers ${status}`);
  return status === 200;
}

describeOnEngine("rotation of what is above core", () => {
  let old: ReadonlyMap<string, string>;
  const before = (id: string): string => old.get(id) ?? "";

  beforeAll(() => {
    succeed("up");
    old = new Map(ids.map((id) => [id, secret(id)]));
    succeed("secrets", "rotate", ...ids);
    succeed("up");
  });

  it("gives each a new value, and leaves the platform healthy", () => {
    expect(ids.filter((id) => secret(id) === before(id))).toEqual([]);
    const { components } = datalabJson("status") as Status;
    expect(components.filter(({ health }) => health !== "healthy")).toEqual([]);
  });

  it.each(Object.entries(accounts))("%s: the new key is taken, the old one refused", async (id, account) => {
    expect([await takesKey(account, secret(id)), await takesKey(account, before(id))]).toEqual([true, false]);
  });

  it.each(Object.entries(roles))("%s: the new password is taken, the old one refused", async (id, role) => {
    expect([await takesPassword(role, secret(id)), await takesPassword(role, before(id))]).toEqual([true, false]);
  });

  it.each(tokens)("%s: the new token is taken, the old one refused", async (id) => {
    expect([await takesToken(secret(id)), await takesToken(before(id))]).toEqual([true, false]);
  });

  it("NiFi lets in with the new password and not with the old one, and shows its new certificate", async () => {
    expect((await logIn(secret("nifi.password"))).status).toBe(201);
    expect((await logIn(before("nifi.password"))).status).toBe(400);
    expect(secret("nifi.tls")).not.toBe(before("nifi.tls"));
    expect((await ask("/nifi/")).status).toBe(200);
  });

  it("NiFi's key of its flow is kept, and the reason is said", () => {
    const kept = secret("nifi.sensitive-properties-key");
    const { exitCode, output } = datalab("secrets", "rotate", "nifi.sensitive-properties-key");
    expect(exitCode).toBe(1);
    expect(output).toContain("docs/components/nifi.md");
    expect(secret("nifi.sensitive-properties-key")).toBe(kept);
  });

  it("Streamlit lets in with the new password and not with the old one", async () => {
    const refusal = "This is not the password.";
    expect((await streamlitSession(before("streamlit.password")))["tried"]?.texts).toContain(refusal);
    expect((await streamlitSession(secret("streamlit.password")))["tried"]?.texts).not.toContain(refusal);
  });

  it("is followed by whoever asks for metrics and for the catalogue", async () => {
    await eventually("every target up", 180, async () => {
      const down = await samples("up == 0");
      if (down.length > 0) throw new Error(JSON.stringify(down.map(({ metric }) => metric)));
      return (await samples('up{job=~"grafana|nifi"}')).length === 2 ? true : undefined;
    });
  });
});
