import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import type { Engine } from "../../cli/engine/client";
import { hostFindings } from "../../cli/preflight/host-paths";
import { projectFolder } from "../../constructs/core/project";
import { plainCdktfFinding } from "../../cli/preflight/plain-cdktf";
import { refuseProblems } from "../../cli/preflight/preflight";
import { diskFinding, memoryFinding, processorFindings } from "../../cli/preflight/capacity";
import { socketInodes } from "../../cli/preflight/port-process";
import { containerHolding, containerText, takenPorts, takenText } from "../../cli/preflight/ports";
import type { ListedContainer } from "../../cli/engine/types";
import { descriptionOf } from "../support/description";

const dev = descriptionOf("dev");
const minio = dev.containers.find(({ id }) => id === "minio");
if (!minio) throw new Error("dev has no minio");
const port = { address: "127.0.0.1", port: 9000, internal: 9000, protocol: "tcp" };
const gibibyte = 1024 ** 3;

function listed(labels: Record<string, string>, address = "0.0.0.0"): ListedContainer {
  return {
    Id: "1",
    Names: ["/someone"],
    Image: "nginx:1",
    State: "running",
    Status: "Up",
    Labels: labels,
    Ports: [{ IP: address, PublicPort: 9000, PrivatePort: 80, Type: "tcp" }],
  };
}

describe("ports", () => {
  it("are held by containers on the same or on every address", () => {
    expect(containerHolding(port, [listed({})])).toBeDefined();
    expect(containerHolding(port, [listed({}, "127.0.0.1")])).toBeDefined();
    expect(containerHolding(port, [listed({}, "192.168.1.5")])).toBeUndefined();
    expect(containerHolding({ ...port, protocol: "udp" }, [listed({})])).toBeUndefined();
  });

  it("are ours while the engine starts a container that a killed run asked for", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port: held } = server.address() as AddressInfo;
    const wanting = { ...minio, ports: [{ ...port, port: held }] };
    const created = { ...listed({}), Names: [`/${minio.name}`], State: "created", Ports: [] };
    const running = {
      ...created,
      State: "running",
      Ports: [{ IP: "127.0.0.1", PublicPort: held, PrivatePort: 1, Type: "tcp" }],
    };
    const answers: ListedContainer[][] = [[created], [created], [running]];
    const host = { local: true, address: "unix:///x", source: "a test" } as Engine["host"];
    const engine = { host, containers: () => Promise.resolve(answers.shift() ?? []) };
    try {
      expect(await takenPorts(engine, [wanting])).toEqual([]);
      expect(await takenPorts(engine, [wanting])).toMatchObject([{ wantedBy: { name: minio.name } }]);
    } finally {
      server.close();
    }
  });

  it("say who holds them", () => {
    expect(containerText(listed({ "datalab.environment": "staging" }))).toBe(
      "container someone of environment staging",
    );
    expect(containerText(listed({ "com.docker.compose.project": "shop" }))).toBe(
      "container someone of Compose project shop",
    );
    expect(containerText(listed({}))).toBe("container someone (nginx:1)");
    expect(takenText({ port, wantedBy: minio, holder: "process 12 (nginx)" })).toBe(
      "port 9000/tcp on 127.0.0.1, which minio needs, is held by process 12 (nginx)",
    );
  });

  it("are found in the kernel's table", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1",
      "   1: 0100007F:2328 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4343 1",
      "   2: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4444 1",
    ].join("\n");
    expect(socketInodes(table, 9000, true)).toEqual(["4242"]);
    expect(socketInodes(table, 9000, false)).toEqual(["4242", "4343"]);
  });
});

describe("the engine's machine", () => {
  const [container] = dev.containers;
  if (!container) throw new Error("dev has no containers");
  const findings = (path: string, dataRoot: string, local = true) => {
    const purpose = path.endsWith(".sock") ? "engine-socket" : "container-logs";
    return hostFindings("dev", [container, { ...container, hostPaths: [{ path, purpose }] }], dataRoot, local);
  };

  it("has to have what containers see of it", () => {
    expect(findings("/run/no-such.sock", tmpdir())).toEqual([
      {
        level: "warning",
        text: expect.stringMatching(
          /needs \/run\/no-such\.sock .* this one has none\. .* set engine\.socket .*environments\/dev\.ts/,
        ) as unknown,
      },
    ]);
  });

  it("is not looked at from elsewhere", () => {
    expect(findings("/run/no-such.sock", tmpdir(), false)).toEqual([]);
    expect(findings("/run/no-such.sock", "/no/such/folder")).toEqual([]);
  });

  it("keeps its logs where the engine says", () => {
    expect(findings("/var/lib/docker/containers", "/var/lib/docker", false)).toEqual([]);
    expect(findings("/var/lib/docker/containers", "/data/docker", false)).toEqual([
      {
        level: "problem",
        text: expect.stringMatching(/keeps its data in \/data\/docker\. Set engine\.dataRoot/) as unknown,
      },
    ]);
  });
});

describe("capacity", () => {
  it("refuses what cannot be kept, and warns of what may not suffice", () => {
    expect(memoryFinding(dev.containers, [], 64 * gibibyte).level).toBe("ok");
    expect(memoryFinding(dev.containers, [], 16 * gibibyte).level).toBe("warning");
    expect(memoryFinding(dev.containers, [], 2 * gibibyte)).toMatchObject({
      level: "problem",
      text: expect.stringMatching(
        /reserves .* GiB and may use .* GiB \(core .*, processing .*, ml .*\); the engine has 2 GiB.*up core.*size: "small"/,
      ) as unknown,
    });
  });

  it("counts what services make themselves, all of it at once, and keeps nothing for it", () => {
    const spawned = { stack: "dev-ml", group: "ml", component: "hub", name: "notebook", image: "x:1", cpus: 1 };
    const finding = (most: number) =>
      memoryFinding(dev.containers, [{ ...spawned, memoryMiB: 16 * 1024, most }], 64 * gibibyte);
    expect(finding(1).level).toBe("ok");
    expect(finding(4)).toMatchObject({ level: "warning", text: expect.stringContaining("may use") as unknown });
  });

  it("refuses servers of users of which not even one fits", () => {
    const [server] = dev.spawned;
    if (!server) throw new Error("the hub makes no servers");
    const finding = (memoryMiB: number) => memoryFinding([], [{ ...server, memoryMiB }], 64 * gibibyte);
    expect(finding(64 * 1024).level).toBe("warning");
    expect(finding(64 * 1024 + 1024)).toEqual({
      level: "problem",
      text: "memory: one notebook may use 65 GiB, and the engine has 64 GiB. Lower jupyterhub.servers.memoryMiB, or give the engine more.",
    });
  });

  it("refuses what may use more processors than there are, once a service", () => {
    expect(processorFindings(dev.containers, 2)).toEqual([]);
    const replicas = dev.containers.filter(({ service }) => service === "spark-worker");
    expect(replicas.length).toBeGreaterThan(1);
    expect(
      processorFindings(
        replicas.map((replica) => ({ ...replica, cpus: 4 })),
        2,
      ),
    ).toEqual([
      {
        level: "problem",
        text: 'processors: spark-worker may use 4, and the engine has 2. Lower sizes["spark-worker"].cpus (Spark\'s workers: spark.workers.cores), or give the engine more.',
      },
    ]);
  });

  it("names the setting of what has no size of its own: servers of users", () => {
    const [server] = dev.spawned;
    if (!server) throw new Error("the hub makes no servers");
    expect(processorFindings([{ ...server, cpus: 4 }], 2).map(({ text }) => text)).toEqual([
      "processors: notebook may use 4, and the engine has 2. Lower jupyterhub.servers.cpus, or give the engine more.",
    ]);
  });

  it("counts images that are still to come", () => {
    expect(diskFinding(3 * gibibyte, 0, "/var/lib/docker").level).toBe("ok");
    expect(diskFinding(3 * gibibyte, 2, "/var/lib/docker").level).toBe("problem");
  });
});

describe("refusal", () => {
  const findings = [
    { level: "problem", text: "memory: too little" },
    { level: "problem", text: "port 9000/tcp is taken" },
    { level: "warning", text: "disk: nearly full" },
  ] as const;

  it("names every problem and says that nothing was changed", () => {
    expect(() => {
      refuseProblems("dev", findings, false);
    }).toThrow(
      "Environment dev cannot come up yet; nothing was changed:\n  - memory: too little\n  - port 9000/tcp is taken",
    );
  });

  it("lets capacity be skipped, and nothing else", () => {
    expect(() => {
      refuseProblems("dev", findings, true);
    }).toThrow(/changed:\n {2}- port/);
    expect(() => {
      refuseProblems("dev", findings.slice(0, 1), true);
    }).not.toThrow();
  });
});

describe("plain CDK for Terraform", () => {
  it("starts here", () => {
    expect(plainCdktfFinding(projectFolder())).toEqual({ level: "ok", text: "npx cdktf: starts here" });
  });

  it("has a successor where its terminal module has no binary", () => {
    const { level, text } = plainCdktfFinding(projectFolder(), (module) => {
      throw new Error(`Cannot find module '${module}-linux-arm'\nRequire stack: …`);
    });
    expect(level).toBe("warning");
    expect(text).toContain("(Cannot find module '@cdktf/node-pty-prebuilt-multiarch-linux-arm')");
    expect(text).toContain("run npx cdktn-cli@0.24.0 in its place");
  });
});
