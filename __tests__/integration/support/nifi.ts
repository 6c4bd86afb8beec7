import { request } from "node:https";
import { hostPort } from "./clients";
import { secret } from "./datalab";

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
export function ask(path: string, { body = "", client, ...options }: Asked = {}): Promise<Answer> {
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

/** Asks for a token with a password. */
export function logIn(password: string): Promise<Answer> {
  const body = new URLSearchParams({ username: "admin", password }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return ask("/nifi-api/access/token", { method: "POST", body, headers });
}
