import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/client";
import { containerName } from "../engine/ours";
import type { ListedContainer } from "../engine/types";
import type { ContainerDescription, PublishedPort } from "../model/description";
import { processHolding } from "./port-process";

/** A port that somebody else has. */
export interface TakenPort {
  readonly port: PublishedPort;
  readonly wantedBy: ContainerDescription;
  /** `container x of environment y`, or `process 12 (nginx)`. */
  readonly holder: string;
}

const pollMilliseconds = 200;
/** How long the engine may take to list a container as running of which it has the port already. */
const startMilliseconds = 10_000;

/** What is asked of the engine. */
type Asked = Pick<Engine, "containers" | "host">;

/** The ports of some containers that are held by something else than these containers. */
export async function takenPorts(engine: Asked, containers: readonly ContainerDescription[]): Promise<TakenPort[]> {
  const end = Date.now() + startMilliseconds;
  for (;;) {
    const all = await engine.containers();
    const taken = await takenNow(engine, containers, all);
    // A start that a killed run asked for goes on in the engine, which takes the port before it says that it runs.
    const beingStarted = taken.some(({ wantedBy }) =>
      all.some((one) => one.State === "created" && containerName(one) === wantedBy.name),
    );
    if (!beingStarted || Date.now() > end) return taken;
    await sleep(pollMilliseconds);
  }
}

async function takenNow(
  engine: Asked,
  containers: readonly ContainerDescription[],
  all: readonly ListedContainer[],
): Promise<TakenPort[]> {
  const listed = all.filter(({ State }) => State === "running" || State === "restarting");
  const wanted = containers.flatMap((container) => container.ports.map((port) => ({ port, wantedBy: container })));
  const results = await Promise.all(
    wanted.map(async ({ port, wantedBy }): Promise<TakenPort | undefined> => {
      const holder = containerHolding(port, listed);
      if (holder) {
        if (containerName(holder) === wantedBy.name) return undefined;
        return { port, wantedBy, holder: containerText(holder) };
      }
      if (!engine.host.local || (await isFree(port))) return undefined;
      return { port, wantedBy, holder: processHolding(port) };
    }),
  );
  return results.flatMap((result) => result ?? []);
}

/** The running container that publishes a port, on an address that collides. */
export function containerHolding(port: PublishedPort, listed: readonly ListedContainer[]): ListedContainer | undefined {
  return listed.find(({ Ports }) =>
    Ports.some(
      ({ PublicPort, Type, IP = "0.0.0.0" }) =>
        PublicPort === port.port && Type === port.protocol && collide(IP, port.address),
    ),
  );
}

/** Names a container so that the operator knows where it belongs. */
export function containerText(container: ListedContainer): string {
  const environment = container.Labels["datalab.environment"];
  const project = container.Labels["com.docker.compose.project"];
  const name = `container ${containerName(container)}`;
  if (environment !== undefined) return `${name} of environment ${environment}`;
  return project === undefined ? `${name} (${container.Image})` : `${name} of Compose project ${project}`;
}

/** One line of the message about a taken port. */
export function takenText({ port, wantedBy, holder }: TakenPort): string {
  return `port ${port.port}/${port.protocol} on ${port.address}, which ${wantedBy.component} needs, is held by ${holder}`;
}

function collide(a: string, b: string): boolean {
  const everywhere = (address: string): boolean => address === "0.0.0.0" || address === "::";
  return a === b || everywhere(a) || everywhere(b);
}

function isFree({ address, port, protocol }: PublishedPort): Promise<boolean> {
  return protocol === "udp" ? udpIsFree(address, port) : tcpIsFree(address, port);
}

function tcpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "EADDRINUSE");
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code !== "EADDRINUSE");
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.close();
      resolve(true);
    });
  });
}
