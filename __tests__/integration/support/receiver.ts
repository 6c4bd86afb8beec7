import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { EnvironmentInput } from "../../../config/schema";
import { engine } from "./engine";

/** An alert as Alertmanager tells it. */
export interface ToldAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** In a thread of its own, because tests wait for commands without giving way, and Alertmanager would take that for a failure. */
const server = `
const { createServer } = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (part) => (body += part));
  request.on("end", () => {
    parentPort.postMessage(JSON.parse(body).alerts);
    response.end();
  });
});
server.listen(0, workerData, () => parentPort.postMessage(server.address().port));
`;

/** Where alerts are told to: a web server on this machine that containers reach by the engine's own network. */
export class Receiver {
  readonly alerts: ToldAlert[] = [];

  private constructor(private readonly worker: Worker) {}

  /** Starts one, and gives the settings of an environment that tells it. */
  static async start(): Promise<{ receiver: Receiver; alerts: EnvironmentInput["alerts"] }> {
    const { IPAM } = (await engine.getNetwork("bridge").inspect()) as { IPAM: { Config: { Gateway: string }[] } };
    const host = IPAM.Config[0]?.Gateway ?? "";
    const worker = new Worker(server, { eval: true, workerData: host });
    const [port] = (await once(worker, "message")) as [number];
    const receiver = new Receiver(worker);
    worker.on("message", (alerts: ToldAlert[]) => receiver.alerts.push(...alerts));
    const told = { kind: "webhook" as const, name: "tests", url: `http://${host}:${port}/` };
    return { receiver, alerts: { receivers: [told] } };
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
