import type { Construct } from "constructs";
import { checkEnvironment } from "../../config/load";
import { Folder, folder } from "../../constructs/core/folder";
import { own, upstream } from "../../constructs/core/image";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { Secret, text } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { DockerTarget } from "../../constructs/docker";
import { lower } from "../../stacks/environment";
import { Piece } from "../support/piece";
import { type StackJson, withApp, withoutMetadata } from "../support/synth";

type Resources = Record<string, Record<string, unknown>>;

/** The containers and volumes of a group that holds what `build` puts into it. */
function deploy(build: (stack: Construct) => void): { containers: Resources; volumes: string[] } {
  const { stacks } = withApp((app) => {
    const environment = new PlatformEnvironment(app, checkEnvironment("lab", { name: "lab", target: "docker" }));
    const core = new DockerTarget(environment).groupStack("core");
    build(core);
    lower(environment, [core]);
    return environment;
  });
  const of = (stack: StackJson | undefined, kind: string): Resources =>
    withoutMetadata(stack?.resource?.[kind] ?? {}) as Resources;
  return {
    containers: of(stacks["lab-core"], "docker_container"),
    volumes: Object.keys(of(stacks["lab-foundation"], "docker_volume")).sort(),
  };
}

function run(spec: Partial<ServiceSpec>): Record<string, unknown> {
  const { containers } = deploy((stack) => {
    new Piece(stack, "app", (app) => {
      app.service({}, "app", spec);
    });
  });
  return containers["app"] ?? {};
}

const secret = new Secret("app", "key", "password");

describe("the Docker runtime lowers", () => {
  it("an account, shared memory, open files, scratch space and a root that is only read", () => {
    expect(
      run({
        user: "1000:1000",
        sharedMemoryMiB: 128,
        openFiles: 65536,
        scratch: [{ path: "/tmp", sizeMiB: 32, uid: 1000 }],
        readOnlyRoot: true,
        capabilities: ["CAP_SETUID", "CAP_CHOWN"],
      }),
    ).toMatchObject({
      user: "1000:1000",
      shm_size: 128,
      ulimit: [{ name: "nofile", soft: 65536, hard: 65536 }],
      tmpfs: { "/tmp": "size=32m,mode=1777,uid=1000" },
      read_only: true,
      capabilities: { drop: ["ALL"], add: ["CAP_CHOWN", "CAP_SETUID"] },
    });
  });

  it("no capabilities at all for our own images", () => {
    const image = own("mlflow", upstream("python:3.11"));
    expect(run({ image, readOnlyRoot: true })).toMatchObject({ capabilities: { drop: ["ALL"] } });
    expect(run({})).not.toHaveProperty("capabilities");
  });

  it("a probe without a shell", () => {
    const image = upstream("prom/prometheus:v3", { shell: false });
    const spec = (app: Piece): Partial<ServiceSpec> => ({
      image,
      health: { exec: ["/bin/promtool", "check", "ready"], answers: app.web },
    });
    const { containers } = deploy((stack) => {
      new Piece(stack, "app", (app) => {
        app.service({}, "app", spec(app));
      });
    });
    expect(containers["app"]?.["healthcheck"]).toMatchObject({ test: ["CMD", "/bin/promtool", "check", "ready"] });
  });

  it("files with a mode, bytes as they are, and an owner by the start script", () => {
    const container = run({
      entrypoint: ["/entry"],
      files: {
        "/etc/a": { content: "a", mode: "0640" },
        "/etc/b": { content: new Uint8Array([0, 255, 10]) },
        "/etc/c": { content: new Uint8Array([0, 255]), uid: 70, mode: "0400" },
      },
    });
    const uploads = container["upload"] as { file: string }[];
    expect(uploads.filter(({ file }) => file.startsWith("/etc"))).toEqual([
      { file: "/etc/a", content: "a", permissions: "0640" },
      { file: "/etc/b", content_base64: "AP8K", permissions: "0444" },
    ]);
    const launch = uploads.find(({ file }) => file.endsWith("launch.sh")) as { content?: string } | undefined;
    expect(launch?.content).toContain("printf '%s' 'AP8=' | base64 -d > '/etc/c')\nchmod 0400 '/etc/c'");
    expect(launch?.content).toContain(`chown 70 '/etc/c'`);
  });

  it("folders file by file, each known by its content", () => {
    const container = run({ trees: { "/opt/scripts": folder("scripts") } });
    expect(container["upload"]).toContainEqual({
      file: "/opt/scripts/manage_environments.sh",
      source: "../../../scripts/manage_environments.sh",
      source_hash: '${filesha256("../../../scripts/manage_environments.sh")}',
      permissions: "0555",
    });
  });

  it("folders with files whose names look like templates of Terraform", () => {
    const odd = new Folder("odd", [{ path: "${a} %{b}", executable: false }], "hash");
    expect(run({ trees: { "/odd": odd } })["upload"]).toContainEqual({
      file: "/odd/$${a} %%{b}",
      source: "../../../odd/$${a} %%{b}",
      source_hash: '${filesha256("../../../odd/$${a} %%{b}")}',
      permissions: "0444",
    });
  });

  it("volumes that services of a component share, owned by who writes there", () => {
    const { containers, volumes } = deploy((stack) => {
      new Piece(stack, "app", (app) => {
        const shared = { name: "dags", path: "/dags", uid: 50, gid: 0 };
        app.service({}, "app", { volumes: [shared] });
        app.service({}, "app-worker", { volumes: [{ ...shared, readOnly: true }] });
      });
    });
    expect(volumes).toEqual(["app-dags"]);
    expect(containers["app"]?.["volumes"]).toEqual([{ volume_name: "lab-app-dags", container_path: "/dags" }]);
    expect(containers["app-worker"]?.["volumes"]).toEqual([
      { volume_name: "lab-app-dags", container_path: "/dags", read_only: true },
    ]);
    expect(containers["init-app-dags-owner"]).toMatchObject({
      user: "0:0",
      entrypoint: ["chown"],
      command: ["50:0", "/volume"],
      must_run: false,
      volumes: [{ volume_name: "lab-app-dags", container_path: "/volume" }],
    });
    for (const name of ["app", "app-worker"]) {
      expect(containers[name]?.["depends_on"]).toEqual(["docker_container.init-app-dags-owner"]);
    }
  });

  it("the owner of a data volume, unless the image makes the folder", () => {
    const data = { name: "data", path: "/data", uid: 70 };
    const made = (ownedByImage: boolean): string[] =>
      Object.keys(
        deploy((stack) => {
          new Piece(stack, "app", (app) => {
            app.service({}, "app", { data: [{ ...data, ownedByImage }] });
          });
        }).containers,
      );
    expect(made(false)).toEqual(["app", "init-app-data-owner"]);
    expect(made(true)).toEqual(["app"]);
  });

  it("one name for all replicas, beside their own", () => {
    const { containers } = deploy((stack) => {
      new Piece(stack, "app", (app) => {
        app.service({}, "app-worker", { replicas: 2 });
        app.service({});
      });
    });
    const aliases = (name: string): unknown =>
      (containers[name]?.["networks_advanced"] as { aliases: unknown }[] | undefined)?.[0]?.aliases;
    expect(aliases("app-worker-1")).toEqual(["app-worker-1", "app-worker"]);
    expect(aliases("app-worker-2")).toEqual(["app-worker-2", "app-worker"]);
  });
});

it("a component that is called like a replica of another one is refused, with both names", () => {
  const build = (): unknown =>
    deploy((stack) => {
      new Piece(stack, "spark", (piece) => {
        piece.service({});
        piece.service({}, "spark-worker", { replicas: 2 });
      });
      new Piece(stack, "spark-worker-2");
    });
  expect(build).toThrow(
    'lab: spark-worker-2: run "spark-worker-2": spark runs a container called spark-worker-2 as well. Give one of them another name.',
  );
});

describe("every target refuses", () => {
  const single = upstream("prom/prometheus:v3", { shell: false });

  it.each<[string, Partial<ServiceSpec>, string]>([
    [
      "a secret among other text in an image without a shell",
      { image: single, files: { "/etc/a": { content: text`key=${secret}` } }, entrypoint: ["/x"] },
      'lab: app: the secret in files["/etc/a"] of app: it is written by a shell at start, and prom/prometheus:v3 has none.',
    ],
    [
      "an owner of a secret in an image without a shell",
      { image: single, files: { "/etc/a": { content: text`${secret}`, uid: 5 } }, entrypoint: ["/x"] },
      'the secret in files["/etc/a"] of app: it is written by a shell at start, and prom/prometheus:v3 has none.',
    ],
    [
      "a secret without an entrypoint",
      { files: { "/etc/a": { content: text`${secret}` } } },
      'lab: app: entrypoint of app: the secret in files["/etc/a"] needs a script in front of it. State the image\'s own entrypoint.',
    ],
    ["a secret among the words of a command", { command: [text`--key=${secret}`] }, "command of app: a secret in it"],
    ["a relative path", { files: { "etc/a": { content: "" } } }, 'files["etc/a"] of app: it is not an absolute path'],
    [
      "a path over two lines",
      { trees: { "/a\nb": folder("scripts") } },
      'trees["/a\\nb"] of app: it is not an absolute path',
    ],
    [
      "a path above",
      { scratch: [{ path: "/a/../b", sizeMiB: 1, uid: 1000 }] },
      'scratch["/a/../b"] of app: it is not an absolute',
    ],
    [
      "two things at one path",
      { scratch: [{ path: "/a", sizeMiB: 1, uid: 1000 }], data: [{ name: "a", path: "/a" }] },
      'scratch["/a"] of app: data has the same path',
    ],
    [
      "scratch space over a file",
      { scratch: [{ path: "/etc", sizeMiB: 1, uid: 1000 }], files: { "/etc/a": { content: "" } } },
      'scratch["/etc"] of app: it would hide files["/etc/a"]',
    ],
    [
      "a mode that is none",
      { files: { "/a": { content: "", mode: "rw" } } },
      'files["/a"].mode of app: "rw" is not a mode',
    ],
    ["an account by name", { user: "postgres" }, 'user of app: "postgres" is not a numeric account'],
    [
      "our own image without a word on its root",
      { image: own("mlflow", single) },
      "readOnlyRoot of app: a service of our",
    ],
    [
      "a root for reading only with files in it",
      { readOnlyRoot: true, files: { "/etc/a": { content: "" } } },
      "readOnlyRoot of app: files, trees and secrets are put into the root file system",
    ],
    [
      "two volumes at one path",
      {
        data: [
          { name: "a", path: "/a" },
          { name: "b", path: "/a" },
        ],
      },
      'lab: app: data["/a"] of app: data has the same path',
    ],
    [
      "one volume at two paths",
      {
        data: [
          { name: "a", path: "/a" },
          { name: "a", path: "/b" },
        ],
      },
      'data["a"] of app: app has it twice',
    ],
    [
      "a volume whose name is a template",
      { data: [{ name: "${x}", path: "/a" }] },
      'data["${x}"] of app: it is not a valid',
    ],
    [
      "a path that is a template",
      { data: [{ name: "a", path: "/${x}" }] },
      'data["/${x}"] of app: a mount cannot have',
    ],
    ["a path with a mount's options", { data: [{ name: "a", path: "/a:ro" }] }, 'data["/a:ro"] of app: a mount cannot'],
    [
      "a path with a dot in it",
      { files: { "/a/./b": { content: "" } } },
      'files["/a/./b"] of app: it is not an absolute',
    ],
    [
      "scratch space of no size",
      { scratch: [{ path: "/a", sizeMiB: 0, uid: 1000 }] },
      'scratch["/a"].sizeMiB of app: 0 is not a whole',
    ],
    [
      "a file that a folder would replace",
      { files: { "/x/manage_environments.sh": { content: "" } }, trees: { "/x": folder("scripts") } },
      "trees of app: /x/manage_environments.sh is put there twice",
    ],
    [
      "a file upon the host's",
      { host: ["host-metrics"], user: "1:1", files: { "/host/root/etc/passwd": { content: "" } } },
      'files["/host/root/etc/passwd"] of app: /host/root is the host\'s',
    ],
    ["a negative number of files", { openFiles: -1 }, "openFiles of app: -1 is not a whole number above 0"],
    ["half a MiB", { sharedMemoryMiB: 0.5 }, "sharedMemoryMiB of app: 0.5 is not a whole number above 0"],
    ["all capabilities at once", { capabilities: ["ALL"] }, 'capabilities of app: "ALL" is not a capability'],
    ["a variable with a space", { env: { "A B": "" } }, 'env["A B"] of app: it is not a valid variable name'],
  ])("%s", (_, spec, message) => {
    expect(() => run(spec)).toThrow(message);
  });
});
