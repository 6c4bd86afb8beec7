import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diagnosticText, readEvent } from "../../cli/terraform/events";
import { inOrder } from "../../cli/terraform/order";
import { parseState, readState } from "../../cli/terraform/habits/state";
import { EnvironmentLock, heldText } from "../../cli/up/lock";
import { changedAttributes } from "../../cli/up/plan-changes";
import { planText } from "../../cli/up/plan";
import { plainColours } from "../support/terminal";

describe("events", () => {
  it("are read from machine output", () => {
    expect(
      readEvent(
        '{"type":"planned_change","change":{"resource":{"addr":"docker_container.minio"},"action":"replace","reason":"tainted"}}',
      ),
    ).toEqual({ type: "change", change: { address: "docker_container.minio", action: "replace", reason: "tainted" } });
    expect(readEvent('{"type":"apply_complete","hook":{"resource":{"addr":"a.b"},"action":"create"}}')).toEqual({
      type: "resource",
      event: { kind: "done", address: "a.b", action: "create" },
    });
    expect(readEvent('{"type":"refresh_start","hook":{"resource":{"addr":"a.b"}}}')).toBeUndefined();
    expect(readEvent("Warning: something for people")).toBeUndefined();
  });

  it("keep the address of an error", () => {
    const event = readEvent(
      '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Bad","detail":"very","address":"a.b"}}',
    );
    expect(event).toMatchObject({ type: "diagnostic", diagnostic: { address: "a.b" } });
    expect(diagnosticText({ severity: "error", summary: "Bad", detail: "very", address: undefined })).toBe("Bad: very");
  });
});

describe("state", () => {
  it("tells ids and taints", () => {
    const text = JSON.stringify({
      resources: [
        {
          mode: "managed",
          type: "docker_container",
          name: "kafka",
          instances: [{ status: "tainted", attributes: { id: "1" } }],
        },
        { mode: "data", type: "x", name: "y", instances: [{ attributes: { id: "2" } }] },
      ],
    });
    expect(parseState(text)).toMatchObject([{ address: "docker_container.kafka", id: "1", tainted: true }]);
  });

  it("is empty where there is none yet", () => {
    const folder = mkdtempSync(join(tmpdir(), "datalab-state-"));
    writeFileSync(join(folder, "empty"), "");
    expect(readState(join(folder, "empty"))).toEqual([]);
    expect(readState(join(folder, "missing"))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe("order", () => {
  // The wrong way round: whoever takes them as they come does not get the order right by chance.
  const items = [
    { id: "ml", dependsOn: ["core", "images"] },
    { id: "images", dependsOn: [] },
    { id: "core", dependsOn: ["foundation"] },
    { id: "foundation", dependsOn: [] },
  ];

  it("does what is needed first", async () => {
    const done: string[] = [];
    await inOrder(items, ({ id }) => {
      done.push(id);
      return Promise.resolve(true);
    });
    expect(done.toSorted()).toEqual(["core", "foundation", "images", "ml"]);
    expect(done.indexOf("ml")).toBe(3);
    expect(done.indexOf("core")).toBeGreaterThan(done.indexOf("foundation"));
  });

  it("does at the same time what does not depend on each other", async () => {
    const begun: string[] = [];
    let finish: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (finish = resolve));
    await inOrder(items, async ({ id }) => {
      begun.push(id);
      if (begun.includes("foundation") && begun.includes("images")) finish();
      // One after the other, the first would wait for the second for ever.
      if (id === "foundation" || id === "images") await both;
      return true;
    });
    expect(begun).toHaveLength(4);
  });

  it("goes on beside a failure, and not behind it", async () => {
    const done: string[] = [];
    const skipped = await inOrder(items, ({ id }) => {
      done.push(id);
      return Promise.resolve(id !== "core");
    });
    expect(done.sort()).toEqual(["core", "foundation", "images"]);
    expect(skipped.map(({ id }) => id)).toEqual(["ml"]);
  });
});

describe("plan", () => {
  const shown = {
    resource_changes: [
      { address: "docker_container.a", change: { actions: ["no-op"], before: {}, after: {} } },
      {
        address: "docker_container.b",
        change: { actions: ["delete", "create"], before: {}, after: {}, replace_paths: [["env"], ["labels", 0]] },
      },
      {
        address: "docker_container.c",
        change: { actions: ["update"], before: { memory: 1, x: 2 }, after: { memory: 2, x: 2 } },
      },
      {
        address: "docker_container.d",
        action_reason: "replace_because_tainted",
        change: { actions: ["delete", "create"], before: {}, after: {} },
      },
    ],
  };

  it("tells what changes and why, without values", () => {
    expect(changedAttributes(shown)).toEqual([
      { address: "docker_container.b", action: "replace", because: ["env", "labels"] },
      { address: "docker_container.c", action: "update", because: ["memory"] },
      { address: "docker_container.d", action: "replace", because: ["its creation had failed"] },
    ]);
  });

  it("is short when there is nothing", () => {
    expect(planText("dev", { entries: [], notes: [], postponed: [] }, plainColours)).toBe(
      "Environment dev: nothing to change",
    );
    const entry = { stack: "dev-core", component: null, address: "a.b", action: "create" as const, because: [] };
    expect(planText("dev", { entries: [entry], notes: ["x is stopped"], postponed: [] }, plainColours)).toBe(
      "Environment dev: 1 change\n  repair: x is stopped\ndev-core\n  + create a.b\n\nCarry it out: ./datalab up --env dev",
    );
  });
});

describe("lock", () => {
  const top = mkdtempSync(join(tmpdir(), "datalab-lock-"));
  afterAll(() => {
    rmSync(top, { recursive: true });
  });

  it("lets one command work at a time", async () => {
    const lock = await EnvironmentLock.take(top, "dev", "datalab up --env dev");
    await expect(EnvironmentLock.take(top, "dev", "datalab down")).rejects.toThrow(
      `"datalab up --env dev" (process ${process.pid}`,
    );
    const other = await EnvironmentLock.take(top, "staging", "datalab up");
    other.release();
    lock.release();
    (await EnvironmentLock.take(top, "dev", "datalab down")).release();
  });

  it("is taken over from a process that is gone", async () => {
    // The highest number that Linux gives out is below this one.
    const gone = { pid: 4_194_305, command: "datalab up", since: "2026-01-01T00:00:00.000Z", id: "1", children: [] };
    writeFileSync(join(top, ".datalab", "locks", "dev.json"), JSON.stringify(gone));
    (await EnvironmentLock.take(top, "dev", "datalab up")).release();
    expect(heldText("dev", gone)).toContain("process 4194305");
  });
});
