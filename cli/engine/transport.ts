import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { Duplex } from "node:stream";
import type { EngineHost } from "./host";

export interface EngineRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without any answer after which the request fails. Default: none. */
  readonly timeout?: number;
}

/** An answer whose body has not been read yet; `socket` when the connection was taken over for a stream. */
export interface EngineResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: IncomingMessage;
  readonly socket?: Duplex;
}

/** Speaks HTTP with the engine over whatever its address names. */
export class Transport {
  private readonly options: RequestOptions & { ca?: Buffer; cert?: Buffer; key?: Buffer };
  private readonly secure: boolean;

  constructor(private readonly host: EngineHost) {
    const { address, certificates } = host;
    this.secure = certificates !== undefined && !address.startsWith("ssh:");
    this.options = {
      ...target(address),
      ...(this.secure && certificates !== undefined
        ? {
            ca: readFileSync(join(certificates, "ca.pem")),
            cert: readFileSync(join(certificates, "cert.pem")),
            key: readFileSync(join(certificates, "key.pem")),
          }
        : {}),
    };
  }

  /** Sends a request; rejects only when there is no answer. */
  send({ method, path, body, headers, timeout }: EngineRequest): Promise<EngineResponse> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const options: RequestOptions = {
      ...this.options,
      ...(this.host.address.startsWith("ssh:") ? { createConnection: () => sshStream(this.host.address) } : {}),
      method,
      path,
      headers: {
        Host: "docker",
        ...(text === undefined
          ? method === "POST"
            ? { "Content-Length": "0" }
            : {}
          : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)) }),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const outgoing = this.secure ? httpsRequest(options) : httpRequest(options);
      outgoing.on("response", (answer) => {
        outgoing.setTimeout(0);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
      });
      outgoing.on("upgrade", (answer, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer, socket });
      });
      outgoing.on("error", reject);
      if (timeout !== undefined) {
        outgoing.setTimeout(timeout, () => outgoing.destroy(new Error(`no answer within ${timeout / 1000} s`)));
      }
      outgoing.end(text);
    });
  }
}

function target(address: string): RequestOptions {
  const [scheme, rest = ""] = address.split("://", 2);
  switch (scheme) {
    case "unix":
    case "npipe":
      return { socketPath: rest };
    case "tcp":
    case "http":
    case "https": {
      const url = new URL(`http://${rest}`);
      return { host: url.hostname, port: url.port || "2375" };
    }
    case "ssh":
      return { host: "docker" };
    default:
      throw new Error(`the address "${address}" is of no kind that datalab knows (unix, tcp, ssh, npipe)`);
  }
}

/** A connection to a remote engine through SSH, in the way of Docker's own command. */
function sshStream(address: string): Duplex {
  const url = new URL(address);
  const destination = url.username === "" ? url.hostname : `${url.username}@${url.hostname}`;
  const port = url.port === "" ? [] : ["-p", url.port];
  const child = spawn("ssh", ["-o", "BatchMode=yes", ...port, "--", destination, "docker", "system", "dial-stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  child.on("error", (error) => stream.destroy(error));
  stream.on("close", () => child.kill());
  // What the HTTP client calls on a socket and a pipe does not have.
  return Object.assign(stream, {
    setTimeout: () => stream,
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  });
}
