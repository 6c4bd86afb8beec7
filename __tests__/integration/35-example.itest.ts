import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import type { StatusResult } from "../../cli/commands/status";
import type { EnvironmentInput } from "../../config/schema";
import { projectFolder } from "../../constructs/core/project";
import { describeOnEngine } from "./support/describe";
import { type Outcome } from "./support/datalab";
import { engine, execute, inspect, removeEnvironment } from "./support/engine";
import { createWorkspace } from "./support/workspace";

const name = "example";
const portOffset = 21_500;
const environment: EnvironmentInput = {
  name,
  target: "docker",
  groups: ["core", "ml"],
  components: { without: ["airflow", "kafka", "kafka-ui", "minio", "mlflow", "prefect", "redis"] },
  dataDeletion: "allowed",
  portOffset,
};

/** What `sh -c` says in a container. */
async function shell(container: string, script: string): Promise<{ exitCode: number; output: string }> {
  return execute(container, ["sh", "-c", script]);
}

/** Python that calls the engine as the desk may, and prints the status of the answer. */
function call(method: string, path: string, body = ""): string {
  const program = [
    "import http.client, os",
    'c = http.client.HTTPConnection(os.environ["DOCKER_HOST"][6:], timeout=20)',
    `c.request("${method}", "${path}", ${JSON.stringify(body)}, {"Content-Type": "application/json"})`,
    "print(c.getresponse().status)",
  ].join("\n");
  return `python -c '${program}'`;
}

/** What a spawner sends for one of its containers, out of the settings that it was given. */
const spawn = [
  "import http.client, json, os",
  's = json.loads(os.environ["READERS"])',
  'v = s["volume"]',
  'c = http.client.HTTPConnection(os.environ["DOCKER_HOST"][6:], timeout=60)',
  "def call(path, body):",
  '    c.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})',
  "    r = c.getresponse()",
  "    answer = r.read()",
  "    assert r.status < 300, (path, r.status, answer)",
  'call("/volumes/create", {"Name": v["namePrefix"] + "ada", "Labels": v["labels"]})',
  "body = {",
  '    "Image": s["image"], "Cmd": ["python", "-m", "http.server"], "Labels": s["labels"],',
  '    "Env": [k + "=" + x for k, x in s["environment"].items()],',
  '    "HostConfig": {"Memory": s["memoryBytes"], "NanoCpus": s["nanoCpus"], "NetworkMode": s["network"],',
  '                   "Binds": [v["namePrefix"] + "ada:" + v["path"]]},',
  "}",
  'call("/containers/create?name=" + s["namePrefix"] + "ada", body)',
  'call("/containers/" + s["namePrefix"] + "ada/start", {})',
].join("\n");

describeOnEngine("the example component", () => {
  let top: string;

  function datalab(...args: string[]): Outcome {
    const { status, stdout, stderr } = spawnSync("./datalab", [...args, "--env", name], {
      cwd: top,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { exitCode: status ?? -1, output: stdout + stderr };
  }

  function succeed(...args: string[]): string {
    const { exitCode, output } = datalab(...args);
    if (exitCode !== 0) throw new Error(`datalab ${args.join(" ")}: exit code ${exitCode}\n${output}`);
    return output;
  }

  function edit(path: string, from: string | RegExp, to: string): void {
    const file = join(top, path);
    const before = readFileSync(file, "utf8");
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${path} has no ${String(from)}`);
    writeFileSync(file, after);
  }

  beforeAll(async () => {
    await removeEnvironment(name);
    top = createWorkspace(environment);
    copyFileSync(join(projectFolder(), "__tests__/support/ledger.ts"), join(top, "constructs/components/ledger.ts"));
    edit("config/components.ts", "  minio: {", '  ledger: { group: "ml", needs: ["consul", "postgres"] },\n  minio: {');
    edit("stacks/ml.ts", /^/, 'import { Ledger } from "../constructs/components/ledger";\n');
    edit("stacks/ml.ts", /\n\}\n$/, "\n  new Ledger(stack, roles);\n}\n");
    succeed("up");
  });

  afterAll(async () => {
    await removeEnvironment(name);
    rmSync(top, { recursive: true, force: true });
  });

  it("is up and healthy, and a second up finds nothing to change", () => {
    const { components } = JSON.parse(succeed("status", "--json")) as StatusResult;
    expect(components.filter(({ health }) => health !== "healthy")).toEqual([]);
    expect(components.map(({ component }) => component)).toEqual(
      expect.arrayContaining(["ledger", "ledger-exporter", "engine-spawn-ml"]),
    );
    const plan = JSON.parse(succeed("plan", "--json")) as { changes: unknown[]; repairs: unknown[] };
    expect(plan).toMatchObject({ changes: [], repairs: [] });
  });

  it("started its services one after the other, after a migration that ran once", async () => {
    const migration = await inspect(`${name}-init-ledger-migrate`);
    const started = await Promise.all(
      ["ledger", "ledger-clerk", "ledger-desk"].map(
        async (service) => (await inspect(`${name}-${service}`))?.State.StartedAt,
      ),
    );
    const times = [migration?.State.FinishedAt, ...started];
    expect(times).toEqual([...times].sort());
    const rows = await execute(
      `${name}-postgres`,
      ["psql", "-U", "postgres", "-d", "ledger", "-At", "-c", "SELECT count(*) FROM entries"],
      "postgres",
    );
    expect(rows.output.trim()).toBe("1");
  });

  it("speaks TLS with a certificate of the environment's authority", async () => {
    const ca = readFileSync(join(top, ".datalab/secrets", name, "authority"), "utf8");
    const peer = await new Promise<string>((resolve, reject) => {
      const socket = connect(
        { host: "localhost", port: 8543 + portOffset, ca: ca.slice(ca.indexOf("-----BEGIN CERT")) },
        () => {
          resolve(String(socket.authorized));
          socket.end();
        },
      );
      socket.on("error", reject);
    });
    expect(peer).toBe("true");
  });

  it("has its folder as it is in the repository, to read only", async () => {
    const file = "serve.py";
    const inside = await shell(`${name}-ledger`, `cat /app/${file}`);
    expect(inside.output).toBe(readFileSync(join(top, "__tests__/support/ledger", file), "utf8"));
  });

  it("is measured through its exporter", async () => {
    const metrics = await shell(
      `${name}-ledger`,
      `python -c 'import urllib.request; print(urllib.request.urlopen("http://ledger-exporter:9187/metrics", timeout=20).read().decode())'`,
    );
    expect(metrics.output).toMatch(/^pg_up 1$/m);
  });

  describe("reads the machine's figures", () => {
    const clerk = `${name}-ledger-clerk`;

    it("as they are", async () => {
      const seen = await shell(
        clerk,
        "cat /host/proc/sys/kernel/hostname /host/root/proc/sys/kernel/ostype && ls /host/sys",
      );
      expect(seen.exitCode).toBe(0);
      expect(seen.output).toContain("Linux");
    });

    it("and neither secrets nor sockets", async () => {
      const secrets = join(top, ".datalab/secrets", name);
      expect((await shell(clerk, `ls /host/root${secrets}`)).output).toMatch(/Permission denied|No such file/);
      expect((await shell(clerk, "ls /host/root/run/docker.sock /host/root/var/run/docker.sock")).exitCode).not.toBe(0);
      expect((await shell(clerk, "touch /host/root/tmp/from-a-container")).output).toContain("Read-only");
    });

    it("without the way to the engine that another service has", async () => {
      expect(
        (await shell(clerk, "python -c 'import socket; socket.gethostbyname(\"engine-spawn-ml\")'")).exitCode,
      ).not.toBe(0);
    });
  });

  describe("uses the engine", () => {
    const desk = `${name}-ledger-desk`;

    it("through the one container that has its socket", async () => {
      const containers = await engine.listContainers({
        all: true,
        filters: { label: [`datalab.environment=${name}`] },
      });
      const holders = containers.filter(({ Mounts }) => Mounts.some(({ Source }) => Source.endsWith("docker.sock")));
      expect(holders.map(({ Names }) => Names)).toEqual([[`/${name}-engine-spawn-ml`]]);
    });

    it("as far as its intent goes", async () => {
      const status = async (...words: [string, string]): Promise<string> =>
        (await shell(desk, call(...words))).output.trim();
      expect(await status("GET", "/containers/json")).toBe("200");
      expect(await status("GET", `/images/python:3.11-slim-bookworm/json`)).toBe("200");
      expect(await status("GET", `/containers/${name}-postgres/archive?path=/run/secrets`)).toBe("403");
      expect(await status("GET", `/containers/${name}-postgres%2farchive?path=/run/secrets`)).toBe("403");
      expect(await status("POST", `/containers/${name}-postgres/exec`)).toBe("403");
      expect(await status("POST", "/images/create?fromImage=x")).toBe("403");
    });

    it("and nobody on the machine itself does", async () => {
      const proxy = await inspect(`${name}-engine-spawn-ml`);
      const [address] = Object.values(proxy?.NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress);
      expect((await fetch(`http://${address ?? ""}:2375/version`)).status).toBe(403);
    });

    it("and reads what containers write", async () => {
      const id = (await inspect(`${name}-postgres`))?.Id ?? "";
      const log = await shell(desk, `cat /host/container-logs/${id}/${id}-json.log`);
      expect(log.output).toContain("database system is ready to accept connections");
    });

    it("to make containers that the platform knows", async () => {
      const made = await shell(desk, `python -c '${spawn}'`);
      expect(made).toEqual({ exitCode: 0, output: "" });
      const reader = await inspect(`${name}-reader-ada`);
      expect(reader?.HostConfig).toMatchObject({ Memory: 64 * 1024 * 1024, NanoCpus: 250_000_000 });
      succeed("up");
      const { components } = JSON.parse(succeed("status", "--json")) as StatusResult;
      expect(components.find(({ component }) => component === "ledger")).toMatchObject({
        health: "healthy",
        spawned: 1,
      });
      const seen = await shell(
        `${name}-reader-ada`,
        `python -c 'import socket; print(socket.gethostbyname("ledger"))'`,
      );
      expect(seen.output).toMatch(/^\d+\./);
    });

    it("and these stop, go down and are deleted with it, data last", async () => {
      succeed("stop", "ml");
      expect((await inspect(`${name}-reader-ada`))?.State.Running).toBe(false);
      succeed("start", "ml");
      succeed("down", "ml");
      expect(await inspect(`${name}-reader-ada`)).toBeUndefined();
      const volumes = async (): Promise<string[]> =>
        (await engine.listVolumes({ filters: { name: [`${name}-`] } })).Volumes.map(({ Name }) => Name).sort();
      expect(await volumes()).toContain(`${name}-reader-ada`);
      succeed("destroy", "--data", "--confirm", name);
      expect(await volumes()).toEqual([]);
      const networks = await engine.listNetworks({ filters: { name: [`${name}-`] } });
      expect(networks).toEqual([]);
    });
  });
});
