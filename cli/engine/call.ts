import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** One call of the engine's API that is answered with JSON, or with nothing. */
export interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Values that are no text go as JSON. */
  readonly query?: Readonly<Record<string, unknown>>;
}

const done = { 200: true, 201: true, 204: true };

/**
 * Makes a call. The library (docker-modem) does so for engines that are reached by SSH only: loading its SSH takes as long as
 * half a `status`, and dockerode, which loads gRPC as well, longer than a whole one.
 *
 * @throws an error with `statusCode` when the engine refused, and that of the connection when it failed.
 */
export function callEngine<T>(options: Docker.DockerOptions, call: Call): Promise<T> {
  return options.protocol === "ssh" ? callBySsh(options, call) : callDirectly(options, call);
}

async function callDirectly<T>(options: Docker.DockerOptions, { method = "GET", path, query = {} }: Call): Promise<T> {
  const { protocol, version, timeout, socketPath, host, port, ca, cert, key } = options;
  const { request } = protocol === "https" ? await import("node:https") : await import("node:http");
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    words.append(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  const search = words.size === 0 ? "" : `?${words.toString()}`;
  const sent = request({
    // One for each call: a connection that is kept may be closed by a proxy in the moment in which it is used again.
    agent: false,
    method,
    path: `${version === undefined ? "" : `/${version}`}${path}${search}`,
    ...(socketPath === undefined ? { host, port, ca, cert, key } : { socketPath }),
  });
  // Not Node's own limit, which an answer that trickles never reaches: the connection would keep the process alive.
  const limit = timeout === undefined ? undefined : setTimeout(() => sent.destroy(), timeout);
  let answer: IncomingMessage;
  let body: string;
  try {
    answer = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.on("response", resolve);
      sent.on("error", reject);
      sent.end();
    });
    body = await text(answer);
  } finally {
    clearTimeout(limit);
  }
  const status = answer.statusCode ?? 0;
  if (status in done) return parsed(body) as T;
  const { message = body } = (parsed(body) ?? {}) as { message?: string };
  throw Object.assign(new Error(`(HTTP code ${status}) ${message}`), { statusCode: status });
}

/** What JSON says, or the text itself where it is none: somebody else may answer at the address. */
function parsed(body: string): unknown {
  try {
    return body === "" ? undefined : JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

async function callBySsh<T>(options: Docker.DockerOptions, { method = "GET", path, query }: Call): Promise<T> {
  const { default: Modem } = await import("docker-modem");
  return new Promise((resolve, reject) => {
    new Modem(options).dial(
      // Only a path that ends like this gets the query, and without a body the query would be posted once more.
      {
        path: query === undefined ? path : `${path}?`,
        method,
        statusCodes: done,
        options: { _query: query ?? {}, _body: {} },
      },
      (error: Error | null, answer: unknown) => {
        if (error) reject(error);
        else resolve(answer as T);
      },
    );
  });
}
