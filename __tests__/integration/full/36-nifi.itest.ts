import { request } from "node:https";
import { hostPort } from "../support/clients";
import { secret, stackFolder, succeed } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { engine } from "../support/engine";
import { plannedChanges } from "../support/terraform";
import { environmentName } from "../support/workspace";

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly servername?: string;
  /** A client's key and certificate, PEM. */
  readonly client?: string;
}

/** Asks NiFi at the operator's address, trusting the environment's authority and nobody else. */
function ask(path: string, { body = "", client, ...options }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const own = client === undefined ? {} : { key: client, cert: client };
    const asked = request(
      // Otherwise the name of TLS is that of the header.
      {
        host: "localhost",
        servername: "localhost",
        port: hostPort(8443),
        path,
        ca: secret("nifi.tls-authority"),
        ...own,
        ...options,
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => (text += part));
        answer.on("end", () => {
          resolve({ status: answer.statusCode, body: text });
        });
      },
    );
    asked.on("error", reject).end(body);
  });
}

function logIn(password: string): Promise<Answer> {
  const body = new URLSearchParams({ username: "admin", password }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return ask("/nifi-api/access/token", { method: "POST", body, headers });
}

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
