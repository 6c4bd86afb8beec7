import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../../cli/engine/client";
import { findEngineHost } from "../../cli/engine/host";
import { OperationError, PreflightError } from "../../cli/exit";
import { processEnvironment } from "../../cli/process-environment";
import { FakeEngine } from "../support/fake-engine";

const limits = { hello: 10, look: 0.2, work: 0.2 };
const hostOf = (address: string) => ({ address, source: "a test", local: false });

/** What a promise is rejected with. */
async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
}

describe("DOCKER_HOST", () => {
  const find = (dockerHost: string) => findEngineHost({ ...processEnvironment(), dockerHost });

  it.each([
    ["localhost:2375", "Write the scheme as well, for example tcp://localhost:2375."],
    ["/var/run/docker.sock", "Write unix:///var/run/docker.sock."],
    ["tcp://localhost:99999", "a port is a number from 1 to 65535"],
    ["tcp://localhost:port", "a port is a number from 1 to 65535"],
    ["tcp://localhost:0", "A port is a number from 1 to 65535"],
    ["tcp://", "Host or port is not well formed"],
    ["unix://", "Write the path as well."],
    ["fd://", '"fd" is not one of these schemes.'],
    ["ftp://host", '"ftp" is not one of these schemes.'],
  ])("%s is refused with what to write", (address, remedy) => {
    expect(() => find(address)).toThrow(PreflightError);
    expect(() => find(address)).toThrow(`DOCKER_HOST: given "${address}"; allowed: unix:///path/to/socket, tcp://`);
    expect(() => find(address)).toThrow(remedy);
  });

  it.each([
    "unix:///run/user/1000/docker.sock",
    "tcp://[::1]:2375",
    "ssh://me@host:22",
    "npipe:////./pipe/docker_engine",
  ])("%s is taken", (address) => {
    expect(find(address).address).toBe(address);
  });
});

describe("a server that is no engine", () => {
  let server: Server;
  let answer: { status: number; body: string };
  beforeAll((done) => {
    server = createServer((_, response) => response.writeHead(answer.status).end(answer.body)).listen(
      0,
      "127.0.0.1",
      done,
    );
  });
  afterAll((done) => {
    server.close(done);
  });

  it.each([
    [200, "<html>It works!</html>", "is not a Docker engine"],
    [200, "", "is not a Docker engine"],
    [200, '{"ApiVersion": 7}', "is not a Docker engine"],
    [404, "no such page", "Is it a Docker engine, and does it work"],
    [500, '{"message":"cannot start"}', "cannot start. Is it a Docker engine, and does it work"],
  ])("and answers %d %s is refused", async (status, body, message) => {
    answer = { status, body };
    const { port } = server.address() as AddressInfo;
    const error = await failureOf(Engine.connect(hostOf(`tcp://127.0.0.1:${port}`), limits));
    expect(error).toBeInstanceOf(PreflightError);
    expect(error.message).toContain(message);
  });
});

describe("an engine that stops answering", () => {
  const folder = mkdtempSync(join(tmpdir(), "datalab-engine-"));
  let fake: FakeEngine;
  beforeEach(async () => {
    fake = await FakeEngine.start(folder);
    fake.create({ name: "one" });
  });
  afterEach(async () => {
    await fake.stop();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("at once is refused", async () => {
    fake.answer = () => "hang";
    const error = await failureOf(Engine.connect(hostOf(fake.address), { ...limits, hello: 0.2 }));
    expect(error).toBeInstanceOf(PreflightError);
    expect(error.message).toContain("no answer within 0.2 s");
  });

  it.each([
    ["its containers", (engine: Engine) => engine.containers()],
    ["what it has", (engine: Engine) => engine.info()],
    ["container one", (engine: Engine) => engine.inspect("one")],
    ["a start of one", (engine: Engine) => engine.start("one")],
    ["a stop of one", (engine: Engine) => engine.stop("one", 0)],
    ["a removal of one", (engine: Engine) => engine.remove("one")],
  ])("after the first answer is told, when asked for %s", async (what, call) => {
    const engine = await Engine.connect(hostOf(fake.address), limits);
    fake.answer = () => "hang";
    const error = await failureOf(call(engine));
    expect(error).toBeInstanceOf(OperationError);
    expect(error.message).toContain(`was asked for ${what}: no answer within 0.2 s. Look at the engine`);
  });

  it("or fails by itself is told with its own words", async () => {
    const engine = await Engine.connect(hostOf(fake.address), limits);
    fake.answer = () => ({ status: 500, body: '{"message":"database is locked"}' });
    const error = await failureOf(engine.containers());
    expect(error).toBeInstanceOf(OperationError);
    expect(error.message).toContain("database is locked");
  });
});

describe("an engine whose answer", () => {
  let server: Server;
  let respond: (response: ServerResponse) => void;
  beforeAll((done) => {
    server = createServer(({ url = "" }, response) => {
      if (url.endsWith("/version")) response.end('{"ApiVersion":"1.41"}');
      else respond(response);
    }).listen(0, "127.0.0.1", done);
  });
  afterAll((done) => {
    server.closeAllConnections();
    server.close(done);
  });
  const connect = (): Promise<Engine> =>
    Engine.connect(hostOf(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`), limits);

  it("stops in its middle is not waited for", async () => {
    respond = (response) => response.writeHead(200, { "content-length": "100" }).write("[");
    expect((await failureOf((await connect()).containers())).message).toContain("no answer within 0.2 s");
  });

  it("trickles without an end is let go: its connection would keep the command alive", async () => {
    let closed: Promise<unknown> | undefined;
    respond = (response) => {
      closed = once(response, "close");
      response.writeHead(200, { "content-length": "1000000" });
      const drops = setInterval(() => response.write(" "), 20);
      response.on("close", () => {
        clearInterval(drops);
      });
    };
    expect((await failureOf((await connect()).containers())).message).toContain("no answer within 0.2 s");
    await expect(closed).resolves.toBeDefined();
  });

  it("is a stream may be silent for longer than any limit", async () => {
    const line = Buffer.from("late\n");
    const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, line.length]), line]);
    respond = (response) => {
      response.writeHead(200).flushHeaders();
      setTimeout(() => response.end(frame), 3 * limits.work * 1000);
    };
    const read: string[] = [];
    for await (const text of (await connect()).logs("one", "all", true)) read.push(text);
    expect(read.join("")).toBe("late\n");
  });
});
