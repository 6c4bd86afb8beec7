import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { hostPort } from "./clients";
import { type Answer, execute } from "./engine";
import { eventually } from "./wait";
import { environmentName } from "./workspace";

const fixture = readFileSync(join(__dirname, "../fixtures/notebook_client.py")).toString("base64");

interface Sent {
  readonly method?: string;
  readonly body?: string;
  /** Content type of the body. Default: that of a form. */
  readonly type?: string;
}

/** A person with a browser at JupyterHub. */
export class Person {
  private readonly cookies = new Map<string, string>();
  private token: string | undefined;

  constructor(
    readonly name: string,
    private readonly password: string,
  ) {}

  /** What the page says after this person has asked for an account. */
  async signUp(): Promise<string> {
    const { text } = await this.submit("/hub/signup", {
      username: this.name,
      signup_password: this.password,
      signup_password_confirmation: this.password,
    });
    return text;
  }

  /** Whether the log-in leads further than to the form again. */
  async logIn(password = this.password): Promise<boolean> {
    this.cookies.clear();
    const { status } = await this.submit("/hub/login", { username: this.name, password });
    return status === 302;
  }

  /** Lets somebody in who has signed up. */
  async approve(name: string): Promise<number> {
    return (await this.request(`/hub/authorize/${name}`)).status;
  }

  /** An answer of the hub's API, with the rights of this person. */
  async api(method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    this.token ??= await this.newToken();
    return callApi(method, path, this.token);
  }

  /** Starts the server of this person, and waits until it answers. */
  async startServer(): Promise<void> {
    const { status, body } = await this.api("POST", `/users/${this.name}/server`);
    if (status !== 201 && status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    await eventually(`the server of ${this.name}`, 120, () => this.hasServer(true));
  }

  /** Waits for the server to be there and ready, or gone. */
  async hasServer(there: boolean): Promise<true | undefined> {
    const { body } = await this.api("GET", `/users/${this.name}`);
    const { servers } = body as { servers: Record<string, { ready: boolean }> };
    return (servers[""]?.ready ?? false) === there ? true : undefined;
  }

  /** Runs code in a kernel of a server, of this person's own if nobody else's is named. */
  async run(code: string, owner = this.name): Promise<Answer> {
    this.token ??= await this.newToken();
    const encoded = Buffer.from(code).toString("base64");
    const script = `echo ${fixture} | base64 -d >/tmp/client.py; echo ${encoded} | base64 -d | TOKEN=${this.token} python /tmp/client.py http://localhost:8000/user/${owner}`;
    return execute(`${environmentName}-jupyterhub`, ["sh", "-c", script]);
  }

  private async newToken(): Promise<string> {
    await this.request("/hub/home");
    const xsrf = encodeURIComponent(this.cookies.get("_xsrf") ?? "");
    const { status, text } = await this.request(`/hub/api/users/${this.name}/tokens?_xsrf=${xsrf}`, {
      method: "POST",
      type: "application/json",
      body: JSON.stringify({ note: "tests", expires_in: 3600 }),
    });
    if (status !== 201) throw new Error(`no token for ${this.name}: ${status} ${text}`);
    return (JSON.parse(text) as { token: string }).token;
  }

  private async submit(path: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
    await this.request(path);
    const body = new URLSearchParams({ ...fields, _xsrf: this.cookies.get("_xsrf") ?? "" });
    return this.request(path, { method: "POST", body: body.toString() });
  }

  /** Not by `fetch`: it says that it is no browser's navigation, and to such the hub gives no cookie. */
  private async request(path: string, options: Sent = {}): Promise<{ status: number; text: string }> {
    const { body = "", method = "GET", type = "application/x-www-form-urlencoded" } = options;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const asked = request(`${address()}${path}`, { method, headers: { cookie, "content-type": type } });
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return { status: answer.statusCode ?? 0, text: await textOf(answer) };
  }
}

/** An answer of the hub's API to a token. */
export async function callApi(method: string, path: string, token: string) {
  const answer = await fetch(`${address()}/hub/api${path}`, { method, headers: { authorization: `token ${token}` } });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

function address(): string {
  return `http://localhost:${hostPort(8000)}`;
}
