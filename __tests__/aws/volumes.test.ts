import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { describe as describeEnvironment } from "../../cli/model/describe";
import { checkEnvironment } from "../../config/load";
import { AwsTarget } from "../../constructs/aws";
import { folderArchive } from "../../constructs/aws/folder-archive";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { Folder, folder } from "../../constructs/core/folder";
import { projectFolder } from "../../constructs/core/project";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { lower } from "../../stacks/environment";
import { Piece } from "../support/piece";
import type { Synthesised } from "../support/synth";
import { withoutMetadata } from "../support/synth";
import { awsCore, awsInput, containersOf, readable, resourcesOf } from "./support";

const place = "__tests__/support/folder";
const top = join(projectFolder(), place);
const tree = folder(place);

/** A component with services of these specs, and what becomes of them. */
function deploy(services: Readonly<Record<string, Partial<ServiceSpec>>>, changes = {}): Synthesised {
  return awsCore((stack) => {
    new Piece(stack, "app", (app) => {
      for (const [name, spec] of Object.entries(services)) app.service({}, name, spec);
    });
  }, changes);
}

const mountsOf = ({ stacks }: Synthesised, task: string) =>
  containersOf(stacks, task).map(({ name, mountPoints }) => [name, mountPoints]);
const volumesOf = ({ stacks }: Synthesised, task: string): { name: string }[] =>
  JSON.parse(readable(JSON.stringify(resourcesOf(stacks, "aws_ecs_task_definition")[task]?.["volume"]))) as {
    name: string;
  }[];

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}
function statementsOf({ stacks }: Synthesised, role: string): Statement[] {
  const policy = resourcesOf(stacks, "aws_iam_role_policy")[role]?.["policy"] as string | undefined;
  return policy === undefined ? [] : (JSON.parse(readable(policy)) as { Statement: Statement[] }).Statement;
}

describe("data", () => {
  const deployed = deploy({ app: { data: [{ name: "data", path: "/data", uid: 5, gid: 6 }] } });

  it("is kept on a file system in the foundation, in a folder of its account", () => {
    expect(withoutMetadata(resourcesOf(deployed.stacks, "aws_efs_access_point")["app-data"])).toMatchObject({
      posix_user: { uid: 5, gid: 6 },
      root_directory: { path: "/app-data", creation_info: { owner_uid: 5, owner_gid: 6, permissions: "0750" } },
      lifecycle: { prevent_destroy: true },
    });
    const targets = deployed.stacks["prod-foundation"]?.resource?.["aws_efs_mount_target"];
    expect(Object.keys(targets ?? {})).toHaveLength(3);
  });

  it("is mounted encrypted, by the task's own identity, and needs nothing to be prepared", () => {
    expect(volumesOf(deployed, "app")).toEqual([
      {
        name: "data-data",
        efs_volume_configuration: {
          file_system_id: "{prod-foundation/aws_efs_file_system-data-id}",
          transit_encryption: "ENABLED",
          authorization_config: {
            access_point_id: "{prod-foundation/aws_efs_access_point-app-data-id}",
            iam: "ENABLED",
          },
        },
      },
    ]);
    expect(mountsOf(deployed, "app")).toEqual([["app", [{ sourceVolume: "data-data", containerPath: "/data" }]]]);
    expect(JSON.stringify(statementsOf(deployed, "app"))).toContain("elasticfilesystem:AccessPointArn");
  });

  it("never has two tasks", () => {
    expect(resourcesOf(deployed.stacks, "aws_ecs_service")["app"]).toMatchObject({
      deployment_minimum_healthy_percent: 0,
      deployment_maximum_percent: 100,
    });
  });
});

describe("a volume that services of a component share", () => {
  const shared = { name: "dags", path: "/dags" };
  const deployed = deploy({
    app: { volumes: [{ ...shared, readOnly: true }], replicas: 3 },
    "app-worker": { volumes: [{ ...shared, path: "/work", uid: 50 }] },
  });

  it("is one folder of the file system, of the account that one of them names", () => {
    expect(Object.keys(resourcesOf(deployed.stacks, "aws_efs_access_point"))).toEqual(["app-dags"]);
    expect(resourcesOf(deployed.stacks, "aws_efs_access_point")["app-dags"]).toMatchObject({
      posix_user: { uid: 50, gid: 50 },
      root_directory: { path: "/app-dags" },
    });
  });

  it("is mounted by each where it wants it", () => {
    expect(mountsOf(deployed, "app")).toEqual([
      ["app", [{ sourceVolume: "shared-dags", containerPath: "/dags", readOnly: true }]],
    ]);
    expect(mountsOf(deployed, "app-worker")).toEqual([
      ["app-worker", [{ sourceVolume: "shared-dags", containerPath: "/work" }]],
    ]);
  });

  it("is written by those only that do not mount it for reading", () => {
    const actions = (task: string): string[] => statementsOf(deployed, task).flatMap(({ Action }) => Action);
    expect(actions("app")).toEqual(["elasticfilesystem:ClientMount"]);
    expect(actions("app-worker")).toEqual(["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]);
  });

  it("has an open way from both, and does not keep replicas from overlapping", () => {
    expect(Object.keys(resourcesOf(deployed.stacks, "aws_vpc_security_group_egress_rule"))).toContain(
      "app-to-file-system-2049",
    );
    expect(resourcesOf(deployed.stacks, "aws_ecs_service")["app"]).toMatchObject({
      desired_count: 3,
      deployment_minimum_healthy_percent: 100,
    });
  });

  it("is refused when two services give it to different accounts", () => {
    expect(() =>
      deploy({ app: { volumes: [{ ...shared, uid: 1 }] }, "app-worker": { volumes: [{ ...shared, uid: 1, gid: 2 }] } }),
    ).toThrow(
      'prod: app: volumes["dags"] of app: it would belong to 1:1, and app-worker gives it to 1:2. Name the same owner, or leave it to one of them.',
    );
  });
});

describe("scratch space", () => {
  const deployed = deploy({
    app: {
      scratch: [
        { path: "/tmp", sizeMiB: 600, uid: 1000 },
        { path: "/cache", sizeMiB: 600, uid: 1000 },
      ],
      readOnlyRoot: true,
      user: "1000:1000",
    },
  });

  it("is on the task's own disk, which becomes larger by as much", () => {
    expect(volumesOf(deployed, "app")).toEqual([{ name: "scratch-1" }, { name: "scratch-2" }]);
    expect(resourcesOf(deployed.stacks, "aws_ecs_task_definition")["app"]).toMatchObject({
      ephemeral_storage: { size_in_gib: 22 },
    });
    expect(resourcesOf(deploy({ app: {} }).stacks, "aws_ecs_task_definition")["app"]).not.toHaveProperty(
      "ephemeral_storage",
    );
  });

  it("can be written though the root file system cannot", () => {
    const [main] = containersOf(deployed.stacks, "app");
    expect(main).toMatchObject({
      readonlyRootFilesystem: true,
      mountPoints: [
        { sourceVolume: "scratch-1", containerPath: "/tmp" },
        { sourceVolume: "scratch-2", containerPath: "/cache" },
      ],
      dependsOn: [{ containerName: "app-volumes", condition: "SUCCESS" }],
    });
  });

  it("asks for no rights", () => {
    expect(statementsOf(deployed, "app")).toEqual([]);
  });
});

describe("a folder of the repository", () => {
  const deployed = deploy({
    app: { trees: { "/opt/app": tree, "/opt/more": folder("scripts") } },
    "app-worker": { trees: { "/work": tree } },
  });
  const object = "__tests__-support-folder";
  const sha256 = createHash("sha256").update(folderArchive(tree)).digest("hex");

  it("is one object for all services of the group, which Terraform finds beside its description", () => {
    expect(Object.keys(resourcesOf(deployed.stacks, "aws_s3_object"))).toEqual([object, "scripts"]);
    expect(withoutMetadata(deployed.stacks["prod-core"]?.resource?.["aws_s3_object"]?.[object])).toEqual({
      bucket: "prod-task-folders-datalab-example-com",
      key: `core/${object}.json`,
      source: `assets/${object}-${sha256.slice(0, 12)}.json`,
      content_type: "application/json",
    });
  });

  it("is in a bucket that keeps replaced versions, for tasks to which ECS goes back", () => {
    const foundation = deployed.stacks["prod-foundation"]?.resource ?? {};
    expect(foundation["aws_s3_bucket_versioning"]?.["task-folders"]).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
    expect(JSON.stringify(foundation["aws_s3_bucket_lifecycle_configuration"]?.["task-folders"])).toContain(
      '"noncurrent_days":30',
    );
    expect(
      JSON.stringify(foundation["aws_s3_bucket_server_side_encryption_configuration"]?.["task-folders"]),
    ).toContain("aws:kms");
  });

  it("is fetched by a container that ends before the service starts", () => {
    const [main, preparation] = containersOf(deployed.stacks, "app");
    expect(main).toMatchObject({
      name: "app",
      dependsOn: [{ containerName: "app-volumes", condition: "SUCCESS" }],
      mountPoints: [
        { sourceVolume: "folder-1", containerPath: "/opt/app", readOnly: true },
        { sourceVolume: "folder-2", containerPath: "/opt/more", readOnly: true },
      ],
    });
    expect(preparation).toMatchObject({ name: "app-volumes", essential: false, readonlyRootFilesystem: true });
    const { folders } = JSON.parse(preparation?.environment[0]?.value ?? "") as { folders: object[] };
    expect(folders[0]).toEqual({
      path: "/volumes/folder-1",
      bucket: `\${aws_s3_object.${object}.bucket}`,
      key: `core/${object}.json`,
      version: `\${aws_s3_object.${object}.version_id}`,
      sha256,
    });
  });

  it("may be read by the tasks that have it, and nothing else of the bucket", () => {
    const readable_ = (task: string): string[] =>
      statementsOf(deployed, task)
        .filter(({ Action }) => Action.some((action) => action.startsWith("s3:")))
        .flatMap(({ Action, Resource }) => Resource.map((resource) => `${Action.join(" ")} ${resource}`));
    const arn = "s3:GetObjectVersion arn:aws:s3:::prod-task-folders-datalab-example-com/core";
    expect(readable_("app")).toEqual([`${arn}/${object}.json`, `${arn}/scripts.json`]);
    expect(readable_("app-worker")).toEqual([`${arn}/${object}.json`]);
    const [decrypt] = statementsOf(deployed, "app").filter(({ Action }) => Action.includes("kms:Decrypt"));
    expect(decrypt?.Condition).toEqual({ StringLike: { "kms:ViaService": "s3.eu-central-1.amazonaws.com*" } });
  });

  it("is fetched with an image of the mirror where there is one, which ECS may pull", () => {
    const imageRegistry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mirror";
    const mirrored = deploy({ app: { trees: { "/opt/app": tree } } }, { imageRegistry });
    expect(containersOf(mirrored.stacks, "app")[1]?.image).toMatch(`${imageRegistry}/lambda/python:`);
    expect(JSON.stringify(statementsOf(mirrored, "app-execution"))).toContain("repository/mirror/lambda/python");
  });

  it("is refused when another one has the same name on AWS", () => {
    const trees = { "/one": new Folder("my dags", [], "1"), "/two": new Folder("my-dags", [], "2") };
    expect(() => deploy({ app: { trees } })).toThrow(
      'folder my-dags: given "my-dags"; allowed: another name on AWS than that of the folder my dags. Rename one of the two',
    );
  });

  it("is known by its content to what is kept of the environment, each once", () => {
    expect(describeEnvironment(deployed.environment).folders).toEqual([
      { path: place, hash: tree.hash },
      { path: "scripts", hash: folder("scripts").hash },
    ]);
  });
});

describe("the archive of a folder", () => {
  it("lists its files as they are delivered, without what is ignored", () => {
    const files = JSON.parse(folderArchive(tree).toString()) as { path: string; mode: string }[];
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      [".dockerignore", "444"],
      ["bin/run", "555"],
      ["bytes.bin", "444"],
      ["with space.txt", "444"],
    ]);
  });

  it("lies whole beside the stack's description", () => {
    const outdir = mkdtempSync(join(tmpdir(), "datalab-assets-"));
    try {
      const app = new App({ outdir });
      const environment = new PlatformEnvironment(app, checkEnvironment("prod", awsInput()));
      const stack = new AwsTarget(environment).groupStack("core");
      new Piece(stack, "app", (piece) => {
        piece.service({}, "app", { trees: { "/opt/app": tree } });
      });
      lower(environment, [stack]);
      app.synth();
      const assets = join(outdir, "stacks/prod-core/assets");
      const [name = ""] = readdirSync(assets);
      expect(name).toMatch(/^__tests__-support-folder-[0-9a-f]{12}\.json$/);
      expect(readFileSync(join(assets, name))).toEqual(folderArchive(tree));
      expect(existsSync(join(outdir, "stacks/prod-foundation/assets"))).toBe(false);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
});

describe("the container that prepares volumes", () => {
  let work: string;

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "datalab-volumes-"));
    for (const volume of ["folder", "scratch"]) mkdirSync(join(work, volume));
    writeFileSync(
      join(work, "boto3.py"),
      [
        "import io, os",
        "class S3:",
        "    def get_object(self, **given):",
        '        assert given == {"Bucket": "b", "Key": "k", "VersionId": "v"}, given',
        '        return {"Body": open(os.environ["ARCHIVE"], "rb")}',
        "def client(service, region_name):",
        '    assert (service, region_name) == ("s3", "eu-central-1")',
        "    return S3()",
      ].join("\n"),
    );
    writeFileSync(join(work, "archive"), folderArchive(tree));
  });

  afterEach(() => {
    rmSync(work, { recursive: true });
  });

  /** Runs what the task runs, on volumes and with an object of the test. */
  function prepare(sha256: string) {
    const [, preparation] = containersOf(deploy({ app: { trees: { "/opt/app": tree } } }).stacks, "app");
    const [program = "", ...words] = preparation?.entryPoint ?? [];
    expect(program).toBe("python");
    const folders = [{ path: join(work, "folder"), bucket: "b", key: "k", version: "v", sha256 }];
    return spawnSync("python3", words, {
      encoding: "utf8",
      env: {
        ...process.env,
        PYTHONPATH: work,
        PYTHONDONTWRITEBYTECODE: "1",
        ARCHIVE: join(work, "archive"),
        DATALAB_VOLUMES: JSON.stringify({ region: "eu-central-1", scratch: [join(work, "scratch")], folders }),
      },
    });
  }

  const checksum = (): string =>
    createHash("sha256")
      .update(readFileSync(join(work, "archive")))
      .digest("hex");

  it("lays out every byte under its name, for everybody to read and nobody to write", () => {
    const { status, stderr } = prepare(checksum());
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const { path, executable } of tree.files) {
      const file = join(work, "folder", path);
      expect(readFileSync(file)).toEqual(readFileSync(join(top, path)));
      expect(statSync(file).mode & 0o777).toBe(executable ? 0o555 : 0o444);
    }
    expect(statSync(join(work, "folder/bin")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(work, "folder/ignored"))).toBe(false);
    expect(spawnSync(join(work, "folder/bin/run"), { encoding: "utf8" }).stdout).toBe("ran\n");
  });

  it("lets every account write scratch space", () => {
    chmodSync(join(work, "scratch"), 0o755);
    prepare(checksum());
    expect(statSync(join(work, "scratch")).mode & 0o7777).toBe(0o1777);
  });

  it("fails when the object is not the one that was planned, and lays out nothing", () => {
    const { status, stderr } = prepare("0".repeat(64));
    expect(status).toBe(1);
    expect(stderr).toBe(`k has the checksum ${checksum()} and not ${"0".repeat(64)}. Apply the stack again.\n`);
    expect(readdirSync(join(work, "folder"))).toEqual([]);
  });
});
