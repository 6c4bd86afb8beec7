import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describeOnEngine } from "./support/describe";
import { hostPort, sql } from "./support/clients";
import { datalab, datalabJson, start, type Status, succeed, workspace } from "./support/datalab";
import { containersOf, engine, idsOf, inspect } from "./support/engine";
import { commandOf, descendants } from "./support/processes";
import { eventually } from "./support/wait";
import { baseConfiguration, environmentName, writeEnvironment } from "./support/workspace";

function allHealthy(): void {
  const core = (datalabJson("status") as Status).components.filter(({ group }) => group === "core");
  expect(core.filter(({ health }) => health !== "healthy")).toEqual([]);
}

describeOnEngine("faults", () => {
  beforeAll(async () => {
    succeed("down");
    succeed("up", "core");
    await sql("CREATE TABLE IF NOT EXISTS faults (id int PRIMARY KEY)");
    await sql("INSERT INTO faults VALUES (1) ON CONFLICT DO NOTHING");
  });

  it("a container stopped by hand is started again, not replaced", async () => {
    const before = await idsOf(environmentName);
    await engine.getContainer(`${environmentName}-minio`).stop();
    await engine.getContainer(`${environmentName}-kafka`).kill();
    const output = succeed("up", "core");
    expect(output).toContain("minio");
    expect(await idsOf(environmentName)).toEqual(before);
    allHealthy();
  });

  it("a container removed by hand is made again, with its data", async () => {
    await engine.getContainer(`${environmentName}-postgres`).remove({ force: true });
    succeed("up", "core");
    expect(await sql("SELECT id FROM faults")).toEqual([{ id: 1 }]);
    allHealthy();
  });

  it("a Terraform that was killed half-way leaves nothing that a second up cannot repair", async () => {
    succeed("down");
    const up = start("up", "core");
    const victims = await eventually("Terraform at work on containers", 120, async () => {
      const names = await containersOf(environmentName);
      if (names.length < 3) return undefined;
      const found = descendants(up.pid).filter((pid) => /terraform/.test(commandOf(pid)));
      return found.length > 0 ? found : undefined;
    });
    for (const pid of victims) process.kill(pid, "SIGKILL");
    const { exitCode, output } = await up.ended;
    expect({ exitCode, output: exitCode === 1 ? "" : output }).toEqual({ exitCode: 1, output: "" });
    succeed("up", "core");
    expect(await sql("SELECT id FROM faults")).toEqual([{ id: 1 }]);
    allHealthy();
  });

  it("a network deleted by hand comes back with everything on it", async () => {
    const network = engine.getNetwork(`${environmentName}-dataflow`);
    for (const name of await containersOf(environmentName)) {
      await network.disconnect({ Container: name, Force: true }).catch((error: unknown) => {
        // A step that has ended is attached to nothing.
        const { statusCode } = error as { statusCode?: number };
        if (statusCode !== 404 && statusCode !== 500) throw error;
      });
    }
    await network.remove();
    succeed("up", "core");
    expect(await sql("SELECT id FROM faults")).toEqual([{ id: 1 }]);
    allHealthy();
  });

  it("a taken port is named, with its holder, before anything changes", async () => {
    succeed("down");
    const port = hostPort(9000);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      const { exitCode, output } = datalab("up", "core");
      expect(exitCode).toBe(2);
      expect(output).toContain(String(port));
      expect(output).toContain("minio");
      expect(output).toContain(String(process.pid));
      expect(await containersOf(environmentName)).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    succeed("up", "core");
  });

  it("a component that never gets healthy is named, with its last words, and the rest stays up", async () => {
    const file = join(workspace(), "constructs/components/redis.ts");
    const healthy = readFileSync(file, "utf8");
    writeFileSync(
      file,
      healthy
        .replace(/shell: text`[^`]*`/, 'shell: "echo the probe says no; exit 1"')
        .replace("intervalSeconds: 2", "intervalSeconds: 1, startSeconds: 5"),
    );
    try {
      const { exitCode, output } = datalab("up", "core");
      expect(exitCode).toBe(1);
      expect(output).toContain("redis");
      expect(output).toContain("the probe says no");
      expect(output).toContain("Ready to accept connections");
      expect((await inspect(`${environmentName}-postgres`))?.State.Health?.Status).toBe("healthy");
    } finally {
      writeFileSync(file, healthy);
    }
    succeed("up", "core");
    allHealthy();
  });

  it("a mistake in the configuration is one message, and changes nothing", async () => {
    const before = await idsOf(environmentName);
    writeEnvironment(workspace(), { ...baseConfiguration, sizes: { kafka: { memoryMiB: 64 } } });
    try {
      const { exitCode, output } = datalab("up");
      expect(exitCode).toBe(2);
      expect(output.trim()).toBe(
        `${environmentName}.sizes.kafka.memoryMiB: given 64; allowed: 768 or more. kafka does not start with less; raise the value or remove it.`,
      );
      expect(await idsOf(environmentName)).toEqual(before);
    } finally {
      writeEnvironment(workspace(), baseConfiguration);
    }
  });

  it("an engine that cannot be reached is named before anything is tried", () => {
    const host = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = "tcp://127.0.0.1:9";
    try {
      const { exitCode, output } = datalab("up");
      expect(exitCode).toBe(2);
      expect(output).toContain("127.0.0.1:9");
      expect(output).toContain("synth");
    } finally {
      if (host === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = host;
    }
  });

  it("destroy --data removes everything, once both keys are given", async () => {
    const { exitCode } = datalab("destroy", "--data", "--confirm", environmentName);
    expect(exitCode).toBe(0);
    expect(await containersOf(environmentName)).toEqual([]);
    const { Volumes } = await engine.listVolumes({ filters: { name: [`${environmentName}-`] } });
    expect(Volumes.map(({ Name }) => Name)).toEqual([]);
    expect(await engine.listNetworks({ filters: { name: [`${environmentName}-dataflow`] } })).toEqual([]);
  });
});
