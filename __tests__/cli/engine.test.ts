import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { compareVersions } from "../../cli/engine/client";
import { adviceFor, describeFailure } from "../../cli/engine/diagnose";
import { lines } from "../../cli/engine/lines";
import { findEngineHost, hostVariables } from "../../cli/engine/host";
import { connectionOptions } from "../../cli/engine/library";
import { isHealthy, summarise } from "../../cli/engine/summary";
import type { InspectedContainer } from "../../cli/engine/types";
import type { ProcessEnvironment } from "../../cli/process-environment";
import { statusText } from "../../cli/commands/status";
import { descriptionOf } from "../support/description";
import { healthy } from "../support/engine";
import { plainColours } from "../support/terminal";

describe("where the engine is", () => {
  const folder = mkdtempSync(join(tmpdir(), "datalab-docker-"));
  const environment: ProcessEnvironment = {
    dockerHost: undefined,
    dockerContext: undefined,
    dockerConfig: folder,
    dockerCertPath: undefined,
    dockerTlsVerify: false,
    terraformProgram: "terraform",
    pluginCache: undefined,
    colours: false,
    cursor: false,
  };
  const id = createHash("sha256").update("server").digest("hex");

  beforeAll(() => {
    mkdirSync(join(folder, "contexts", "meta", id), { recursive: true });
    const meta = { Name: "server", Endpoints: { docker: { Host: "ssh://me@server" } } };
    writeFileSync(join(folder, "contexts", "meta", id, "meta.json"), JSON.stringify(meta));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("is the default without any setting", () => {
    expect(findEngineHost(environment)).toMatchObject({ local: true, source: "the default address" });
  });

  it("follows DOCKER_HOST before a context", () => {
    const host = findEngineHost({ ...environment, dockerHost: "tcp://10.0.0.1:2375", dockerContext: "server" });
    expect(host).toEqual({ address: "tcp://10.0.0.1:2375", source: "DOCKER_HOST", local: false });
  });

  it("follows the context in use, and hands it on", () => {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "server" }));
    const host = findEngineHost(environment);
    expect(host).toMatchObject({ address: "ssh://me@server", local: false });
    expect(hostVariables(host)).toEqual({ DOCKER_HOST: "ssh://me@server", DOCKER_CONTEXT: undefined });
  });

  it("refuses a context that does not exist", () => {
    expect(() => findEngineHost({ ...environment, dockerContext: "nowhere" })).toThrow(
      'context "nowhere" does not exist',
    );
  });
});

describe("versions", () => {
  it("are compared by their numbers", () => {
    expect(compareVersions("1.9", "1.41")).toBeLessThan(0);
    expect(compareVersions("1.11.4", "1.5.0")).toBeGreaterThan(0);
    expect(compareVersions("1.41", "1.41")).toBe(0);
  });
});

describe("logs", () => {
  it("are whole lines, wherever the pieces are cut", async () => {
    const pieces = Array.from("first line\nsecond\r\nlast");
    const read: string[] = [];
    for await (const line of lines(Readable.from(pieces))) read.push(line);
    expect(read).toEqual(["first line", "second", "last"]);
  });
});

describe("the way to the engine", () => {
  it.each([
    ["unix:///var/run/docker.sock", { socketPath: "/var/run/docker.sock" }],
    ["tcp://10.0.0.1", { protocol: "http", host: "10.0.0.1", port: "2375" }],
    ["ssh://me@server:2222", { protocol: "ssh", host: "server", port: "2222", username: "me" }],
  ])("to %s is this", (address, options) => {
    expect(connectionOptions({ address, source: "a test", local: false })).toEqual(options);
  });

  it("is refused for kinds that nobody knows", () => {
    expect(() => connectionOptions({ address: "fd://", source: "a test", local: false })).toThrow(
      "of a kind that datalab does not know",
    );
  });
});

describe("status of a component", () => {
  const dev = descriptionOf("dev");
  const spark = dev.components.find(({ name }) => name === "spark");
  if (!spark) throw new Error("dev has no spark");
  const containers = dev.containers.filter(({ component, kind }) => component === "spark" && kind === "service");
  const found = containers.map(healthy);

  it("is healthy when all replicas are", () => {
    const status = summarise(spark, dev.containers, found);
    expect(isHealthy(status)).toBe(true);
    expect(status).toMatchObject({
      state: "running",
      health: "healthy",
      replicas: { desired: 5, running: 5, healthy: 5 },
    });
  });

  it("has the keys that others build on", () => {
    const status = summarise(spark, dev.containers, []);
    expect(Object.keys(status)).toEqual(["component", "group", "state", "health", "replicas", "spawned", "endpoints"]);
    expect(status.endpoints[0]).toEqual({ name: "rpc", url: "spark://localhost:7077", internal: "spark-master:7077" });
  });

  it.each([
    [[], "absent", "none"],
    [[{ state: "exited", health: "none" }], "degraded", "unhealthy"],
    [[{ state: "restarting", health: "none" }], "restarting", "unhealthy"],
    [[{ state: "running", health: "starting" }], "running", "starting"],
    [[{ state: "running", health: "unhealthy" }], "running", "unhealthy"],
  ] as const)("with %j is %s and %s", (changes, state, health) => {
    const [change] = changes;
    const now = change === undefined ? [] : found.map((one, index) => (index === 0 ? { ...one, ...change } : one));
    expect(summarise(spark, dev.containers, now)).toMatchObject({ state, health });
  });

  it("is a table for a person", () => {
    const text = statusText(
      { environment: "dev", components: [{ ...summarise(spark, dev.containers, found), problem: null, advice: null }] },
      plainColours,
    );
    expect(text).toContain("1 of 1 components healthy");
    expect(text).toMatch(/spark +processing +running +healthy +5\/5/);
  });
});

describe("report of a failed container", () => {
  const container = (state: Partial<InspectedContainer["State"]>, restarts = 0): InspectedContainer => ({
    Id: "1",
    Name: "/dev-redis",
    RestartCount: restarts,
    State: {
      Status: "exited",
      Running: false,
      Restarting: false,
      OOMKilled: false,
      ExitCode: 1,
      Error: "",
      StartedAt: "",
      FinishedAt: "",
      ...state,
    },
    Config: { Labels: {} },
    HostConfig: {},
    NetworkSettings: { Networks: {} },
  });

  it("has state, health output and log", () => {
    const log = [{ Start: "", ExitCode: 1, Output: "no\nanswer\n" }];
    const text = describeFailure(
      container({ Status: "running", Running: true, Health: { Status: "unhealthy", FailingStreak: 3, Log: log } }),
      ["a", "b"],
    );
    expect(text).toEqual([
      "state: runs, health unhealthy",
      "health check (exit 1): no answer",
      "log, last 2 lines:",
      "  a",
      "  b",
    ]);
  });

  it("tells a lack of memory, and what to raise", () => {
    const killed = container({ OOMKilled: true, ExitCode: 137, Restarting: true }, 4);
    expect(describeFailure(killed, [])[0]).toBe(
      "state: ends again and again, last exit code 137, restarted 4 times; it was killed because it used up its memory limit",
    );
    expect(adviceFor("redis", "dev", killed)).toContain('sizes["redis"].memoryMiB in config/environments/dev.ts');
  });

  it("points to the log otherwise", () => {
    expect(adviceFor("redis", "dev", undefined)).toContain("./datalab services logs redis --env dev");
  });
});
