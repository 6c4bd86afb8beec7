import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Endpoint } from "../../constructs/core/reference";
import type { HealthCheck } from "../../constructs/core/service-spec";
import { healthcheck } from "../../constructs/docker/health";

const answers = new Endpoint("app", "web", { port: 80, scheme: "http" });
const lowering = { text: (value: unknown) => String(value) } as unknown as Parameters<typeof healthcheck>[1];
/** Process 1 of the machine is older than the first, and younger than the second. */
const [longOver, farOff] = [{ startSeconds: 0, retries: 0 }, { startSeconds: 1e9 }];

/** Runs a check as the engine does, with a `sleep` that says for how long it was asked to. */
function probe(check: HealthCheck): { status: number | null; slept: string } {
  const folder = mkdtempSync(join(tmpdir(), "datalab-health-"));
  try {
    writeFileSync(join(folder, "sleep"), `#!/bin/sh\necho "$1" >> '${folder}/slept'\n`, { mode: 0o755 });
    const [kind, ...words] = healthcheck(check, lowering).test.map((word) => word.replaceAll("$${", "${"));
    const [program = "", ...args] = kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    const { status } = spawnSync(program, args, { env });
    const slept = join(folder, "slept");
    return { status, slept: existsSync(slept) ? readFileSync(slept, "utf8").trim() : "" };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Elsewhere there is no /proc; the probe runs in containers, which all have one.
const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("a probe", () => {
  it.each([
    ["true", 0],
    ["exit 3", 3],
  ])("of a container that starts is not held up, and ends as it does: %s", (shell, status) => {
    expect(probe({ shell, answers, ...farOff })).toEqual({ status, slept: "" });
  });

  it.each([
    ["true", 0],
    ["exit 3", 3],
  ])("of one that runs waits first, and ends as it does: %s", (shell, status) => {
    expect(probe({ shell, answers, ...longOver })).toEqual({ status, slept: "15" });
  });

  it("without a shell of its own waits as well", () => {
    const refused = { tcp: new Endpoint("app", "none", { port: 1, scheme: "tcp" }), tool: "nc" } as const;
    const { status, slept } = probe({ ...refused, ...longOver });
    expect(slept).toBe("15");
    expect(status).not.toBe(0);
  });
});

describe("a health check", () => {
  it("gives a probe the time of its wait on top of its own", () => {
    expect(healthcheck({ shell: "true", answers, timeoutSeconds: 4 }, lowering).timeout).toBe("19s");
  });

  it("leaves a program without a shell as it is", () => {
    const { test, timeout } = healthcheck({ exec: ["/bin/x", "-health"], answers, timeoutSeconds: 4 }, lowering);
    expect({ test, timeout }).toEqual({ test: ["CMD", "/bin/x", "-health"], timeout: "4s" });
  });
});
