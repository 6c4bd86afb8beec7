import { secret, stackFolder, succeed } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { engine } from "../support/engine";
import { ask, logIn } from "../support/nifi";
import { plannedChanges } from "../support/terraform";
import { environmentName } from "../support/workspace";

/** The id of the flow's outermost group, which NiFi draws when it starts without a flow. */
async function rootGroup(): Promise<string> {
  const { body: token } = await logIn(secret("nifi.password"));
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await ask("/nifi-api/flow/process-groups/root", { headers });
  return (JSON.parse(body) as { processGroupFlow: { id: string } }).processGroupFlow.id;
}

describeOnEngine("NiFi", () => {
  beforeAll(() => {
    succeed("up", "processing");
  });

  it("gives a token for the password and for no other", async () => {
    expect((await logIn(secret("nifi.password"))).status).toBe(201);
    expect((await logIn("wrong-password")).status).toBe(400);
  });

  it("answers to its own names only", async () => {
    expect((await ask("/nifi/", { headers: { host: "elsewhere:8443" } })).status).toBe(421);
    expect((await ask("/nifi/")).status).toBe(200);
  });

  it("shows its metrics to a client with a certificate of the environment's authority, and to nobody else", async () => {
    const path = "/nifi-api/flow/metrics/prometheus";
    const shown = await ask(path, { client: secret("nifi.metrics-tls") });
    expect(shown.status).toBe(200);
    expect(shown.body).toContain("nifi_amount_threads_active");
    expect((await ask(path)).status).toBe(401);
  });

  it("keeps its flow when its container is made anew, which leaves nothing to do", async () => {
    const before = await rootGroup();
    expect(before).not.toBe("");
    await engine.getContainer(`${environmentName}-nifi`).remove({ force: true });
    succeed("up", "processing");
    expect(await rootGroup()).toBe(before);
    expect(plannedChanges(stackFolder("processing"))).toEqual([]);
  });
});
