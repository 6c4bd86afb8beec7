import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { engine } from "./engine";

/** An alert as Alertmanager tells it. */
export interface ToldAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where alerts are told to: a web server on this machine that containers reach by the engine's own network. */
export class Receiver {
  readonly alerts: ToldAlert[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        this.alerts.push(...(JSON.parse(body) as { alerts: ToldAlert[] }).alerts);
        response.end();
      });
    });
  }

  static async start(): Promise<{ receiver: Receiver; url: string }> {
    const receiver = new Receiver();
    const { IPAM } = (await engine.getNetwork("bridge").inspect()) as { IPAM: { Config: { Gateway: string }[] } };
    const host = IPAM.Config[0]?.Gateway ?? "";
    receiver.server.listen(0, host);
    await once(receiver.server, "listening");
    const { port } = receiver.server.address() as AddressInfo;
    return { receiver, url: `http://${host}:${port}/` };
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}
