import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folder } from "../../../constructs/core/folder";
import type { GroupStack } from "../../../constructs/core/group-stack";
import { projectFolder } from "../../../constructs/core/project";
import type { CoreRoles } from "../../../constructs/core/roles";
import { Piece } from "../../support/piece";
import type { AwsApi } from "./support/aws-api";
import { Moto } from "./support/moto";
import { accountId, accountOn, describeOnMoto, input, region } from "./support/prod-on-moto";
import { Stacks } from "./support/stacks";

const tree = folder("__tests__/support/folder");
const mockAddReader = (stack: GroupStack): Piece =>
  new Piece(stack, "reader", (reader) => {
    reader.service({}, "reader", {
      trees: { "/opt/reader": tree },
      volumes: [{ name: "shared", path: "/shared", uid: 7 }],
      scratch: [{ path: "/scratch", sizeMiB: 64, uid: 1000 }],
    });
  });
// Its folder has everything that one can have: bytes, a program, a name with a space.
jest.mock("../../../stacks/ml", () => {
  const real = jest.requireActual<typeof import("../../../stacks/ml")>("../../../stacks/ml");
  return {
    buildMl: (stack: GroupStack, roles: CoreRoles) => {
      real.buildMl(stack, roles);
      mockAddReader(stack);
    },
  };
});

/** Those that are changed, and taken down and up, while nothing stands on them. */
const lower = ["prod-foundation", "prod-core", "prod-processing", "prod-ml"] as const;
const upper = ["prod-visualization", "prod-monitoring"] as const;

interface SecretList {
  readonly SecretList: readonly { readonly Name: string; readonly ARN: string }[];
}
interface TaskDefinition {
  readonly taskRoleArn: string;
  readonly containerDefinitions: readonly {
    readonly name: string;
    readonly image: string;
    readonly entryPoint: readonly string[];
    readonly environment: readonly { readonly name: string; readonly value: string }[];
    readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  }[];
  readonly volumes: readonly {
    readonly name: string;
    readonly efsVolumeConfiguration?: { readonly authorizationConfig: { readonly accessPointId: string } };
  }[];
}
interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

/** Everything of prod against a test endpoint that answers like AWS: it stores and returns, and runs nothing. */
describeOnMoto("prod on AWS", () => {
  let moto: Moto;
  let api: AwsApi;
  let stacks: Stacks;

  const secretValues = async (): Promise<Map<string, string>> => {
    const { SecretList: list } = await api.json<SecretList>("secretsmanager", "secretsmanager.ListSecrets");
    const values = new Map<string, string>();
    for (const { Name, ARN } of list) {
      const { SecretString } = await api.json<{ SecretString: string }>(
        "secretsmanager",
        "secretsmanager.GetSecretValue",
        { SecretId: ARN },
      );
      values.set(Name, SecretString);
    }
    return values;
  };

  beforeAll(async () => {
    moto = await Moto.start();
    api = await accountOn(moto);
    stacks = new Stacks(input, moto.url);
  });

  afterAll(async () => {
    (stacks as Stacks | undefined)?.remove();
    await (moto as Moto | undefined)?.stop();
  });

  it("has these stacks", () => {
    expect(stacks.names).toEqual([...lower, ...upper]);
  });

  describe.each(lower)("%s", (stack) => {
    it("is applied", () => {
      expect(stacks.apply(stack)).toBeUndefined();
    });

    it("has nothing to change in a second plan", () => {
      expect(stacks.pending(stack)).toBeUndefined();
    });
  });

  const services = async (): Promise<readonly string[]> => {
    const { serviceArns } = await api.json<{ serviceArns: readonly string[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.ListServices",
      { cluster: "prod", maxResults: 100 },
    );
    return serviceArns.map((arn) => arn.split("/").at(-1) ?? "").sort();
  };

  const taskOf = async (service: string): Promise<TaskDefinition> => {
    const { taskDefinition } = await api.json<{ taskDefinition: TaskDefinition }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition",
      { taskDefinition: `prod-${service}` },
    );
    return taskDefinition;
  };

  /** Lays out the volumes of a service's task by the very program that the task runs, and looks at them. */
  const withVolumes = async (service: string, look: (volumes: string) => void): Promise<void> => {
    const [, preparation] = (await taskOf(service)).containerDefinitions;
    const [{ value: work } = { value: "" }] = preparation?.environment ?? [];
    const top = mkdtempSync(join(tmpdir(), "datalab-volumes-"));
    try {
      for (const { containerPath } of preparation?.mountPoints ?? []) {
        mkdirSync(join(top, containerPath), { recursive: true });
      }
      // Everything is the task's own, but for the place of its volumes.
      const here = work.replaceAll("/volumes/", `${top}/volumes/`);
      const words = preparation?.entryPoint.slice(1) ?? [];
      expect(moto.python(words, region, { DATALAB_VOLUMES: here })).toBeUndefined();
      look(join(top, "volumes"));
    } finally {
      rmSync(top, { recursive: true });
    }
  };

  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort();

  it("takes own images from the environment's repositories, by the hash of their content", async () => {
    const { containerDefinitions } = await taskOf("mlflow");
    const image = containerDefinitions.find(({ name }) => name === "mlflow")?.image;
    expect(image).toMatch(/^\d{12}\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/prod\/mlflow:[0-9a-f]{12}$/);
  });

  it("delivers a folder of the repository, byte for byte, by the very program that its task runs", async () => {
    await withVolumes("reader", (volumes) => {
      expect(filesIn(join(volumes, "folder-1"))).toEqual(tree.files.map(({ path }) => path));
      for (const { path, executable } of tree.files) {
        const file = join(volumes, "folder-1", path);
        expect(readFileSync(file)).toEqual(readFileSync(join(projectFolder(), tree.path, path)));
        expect(statSync(file).mode & 0o777).toBe(executable ? 0o555 : 0o444);
      }
      expect(statSync(join(volumes, "scratch-1")).mode & 0o7777).toBe(0o1777);
    });
  });

  it("mounts the folder for reading, and the shared volume from the file system", async () => {
    const { containerDefinitions, volumes } = await taskOf("reader");
    expect(containerDefinitions[0]?.mountPoints).toEqual([
      { sourceVolume: "shared-shared", containerPath: "/shared" },
      { sourceVolume: "folder-1", containerPath: "/opt/reader", readOnly: true },
      { sourceVolume: "scratch-1", containerPath: "/scratch" },
    ]);
    expect(volumes.filter(({ efsVolumeConfiguration }) => efsVolumeConfiguration).map(({ name }) => name)).toEqual([
      "shared-shared",
    ]);
  });

  it("keeps the database private and encrypted", async () => {
    const xml = await api.query("rds", "2014-10-31", "DescribeDBInstances");
    expect(xml).toContain("<DBInstanceIdentifier>prod-postgres</DBInstanceIdentifier>");
    expect(xml).toContain("<PubliclyAccessible>false</PubliclyAccessible>");
    expect(xml).toContain("<StorageEncrypted>true</StorageEncrypted>");
  });

  it("draws a secret for each that is used, in no file of Terraform", async () => {
    const values = await secretValues();
    expect([...values.keys()].sort()).toEqual([
      "prod/airflow/admin-password",
      "prod/airflow/airflow-database-password",
      "prod/airflow/airflow_data-database-password",
      "prod/airflow/fernet-key",
      "prod/airflow/session-key",
      "prod/airflow/token-key",
      "prod/grafana/admin-password",
      "prod/grafana/metrics-password",
      "prod/grafana/secret-key",
      "prod/jupyterhub/administrator-password",
      "prod/jupyterhub/cookie-secret",
      "prod/jupyterhub/jupyterhub-database-password",
      "prod/jupyterhub/metrics-token",
      "prod/kafka-ui/admin-password",
      "prod/mlflow/admin-password",
      "prod/mlflow/metrics-password",
      "prod/mlflow/mlflow-database-password",
      "prod/mlflow/mlflow_auth-database-password",
      "prod/mlflow/session-key",
      "prod/postgres/admin-password",
      "prod/prefect/admin-password",
      "prod/prefect/prefect-database-password",
      "prod/redis/password",
      "prod/spark/authentication",
      "prod/streamlit/password",
    ]);
    expect(new Set(values.values()).size).toBe(values.size);
    for (const [name, value] of values) {
      // 32 letters and digits, or as many bytes in hex or in base64 for URLs and more.
      expect({ name, value }).toEqual({ name, value: expect.stringMatching(/^[A-Za-z0-9_=-]{32,128}$/) as string });
      expect({ name, files: stacks.filesWith(value) }).toEqual({ name, files: [] });
    }
    // The search does find what is there.
    expect(stacks.filesWith("prod/redis/password")).not.toEqual([]);
  });

  const revision = async (family: string): Promise<number> => {
    const { taskDefinition } = await api.json<{ taskDefinition: { revision: number } }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition",
      { taskDefinition: family },
    );
    return taskDefinition.revision;
  };

  it("rotates a secret by replacing its version", async () => {
    const before = await secretValues();
    expect(
      stacks.apply("prod-foundation", "-replace=aws_secretsmanager_secret_version.kafka-ui-admin-password"),
    ).toBeUndefined();
    const after = await secretValues();
    expect([...after].filter(([name, value]) => before.get(name) !== value).map(([name]) => name)).toEqual([
      "prod/kafka-ui/admin-password",
    ]);
  });

  it("fails when ECS takes the deployment of the new value back, and succeeds when it does not", async () => {
    const failure = moto.failing(() => stacks.apply("prod-core"));
    expect(failure).toContain("The new tasks of kafka-ui did not become healthy");
    expect(stacks.apply("prod-core")).toBeUndefined();
    expect(stacks.pending("prod-core")).toBeUndefined();
    expect(await revision("prod-kafka-ui")).toBe(2);
  });

  it("keeps the definitions of earlier tasks, to which ECS may have to go back", async () => {
    const { taskDefinitionArns } = await api.json<{ taskDefinitionArns: readonly string[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions",
      { familyPrefix: "prod-kafka-ui", status: "ACTIVE" },
    );
    expect(taskDefinitionArns.map((arn) => arn.split("/").at(-1))).toEqual(["prod-kafka-ui:1", "prod-kafka-ui:2"]);
  });

  it("finds the same secrets when a group is taken down and up again", async () => {
    const before = await secretValues();
    expect(stacks.destroy("prod-ml")).toBeUndefined();
    expect(await secretValues()).toEqual(before);
    expect(stacks.apply("prod-ml")).toBeUndefined();
    expect(await secretValues()).toEqual(before);
  });

  it("runs each step once, as a task of its own", async () => {
    const { taskArns } = await api.json<{ taskArns: readonly string[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.ListTasks",
      { cluster: "prod", desiredStatus: "STOPPED" },
    );
    const { tasks } = await api.json<{ tasks: readonly { startedBy?: string; taskDefinitionArn: string }[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.DescribeTasks",
      { cluster: "prod", tasks: taskArns },
    );
    const steps = tasks
      .filter(({ taskDefinitionArn }) => taskDefinitionArn.includes("/prod-init-"))
      .map(({ taskDefinitionArn }) => taskDefinitionArn.split("/").at(-1));
    // Those of before the group was taken down, and those of the group that came up again.
    const once = [
      "airflow-database",
      "postgres-database-airflow",
      "postgres-database-airflow_data",
      "postgres-database-mlflow",
      "postgres-database-mlflow_auth",
      "postgres-database-prefect",
      "prefect-database",
    ];
    expect(steps.sort()).toEqual(once.flatMap((step) => [1, 2].map((run) => `prod-init-${step}:${run}`)));
  });

  it("plans for a new administrator's password everything that knows it", () => {
    expect(
      stacks.apply("prod-foundation", "-replace=aws_secretsmanager_secret_version.postgres-admin-password"),
    ).toBeUndefined();
    const changed = (stack: string): string[] =>
      [...(stacks.pending(stack) ?? "").matchAll(/^ {2}# (\S+) (?:will|must) be/gm)].map(([, address = ""]) => address);
    expect(changed("prod-core")).toEqual(["aws_db_instance.postgres"]);
    expect(changed("prod-ml")).toContain("aws_lambda_invocation.init-postgres-database-mlflow");
  });

  it("fails with a step's own words, and runs the step again", () => {
    const failure = moto.failing(() => stacks.apply("prod-ml"));
    expect(failure).toContain("The step init-postgres-database-mlflow ended with exit code 1");
    expect(stacks.apply("prod-ml")).toBeUndefined();
    expect(stacks.pending("prod-ml")).toBeUndefined();
  });

  describe.each(upper)("%s", (stack) => {
    it("is applied", () => {
      expect(stacks.apply(stack)).toBeUndefined();
    });

    it("has nothing to change in a second plan", () => {
      expect(stacks.pending(stack)).toBeUndefined();
    });
  });

  it("runs every service of the platform, and nothing that needs a host", async () => {
    expect(await services()).toEqual([
      "airflow",
      "airflow-dag-processor",
      "airflow-scheduler",
      "airflow-statsd",
      "alertmanager",
      "blackbox-exporter",
      "grafana",
      "jupyterhub",
      "kafka-ui",
      "mlflow",
      "prefect-housekeeper",
      "prefect-server",
      "prefect-worker",
      "prometheus",
      "reader",
      "spark-history",
      "spark-master",
      "spark-worker",
      "streamlit",
    ]);
  });

  /** What a service's own identity may do; only the actions of one kind. */
  const permitted = async (service: string, kind: string): Promise<Statement[]> => {
    const role = (await taskOf(service)).taskRoleArn.split("/").at(-1) ?? "";
    const xml = await api.query("iam", "2010-05-08", "GetRolePolicy", { RoleName: role, PolicyName: "references" });
    const [, document = ""] = /<PolicyDocument>(.*)<\/PolicyDocument>/s.exec(xml) ?? [];
    const { Statement } = JSON.parse(decodeURIComponent(document)) as { Statement: Statement[] };
    return Statement.filter(({ Action }) => Action.some((action) => action.startsWith(`${kind}:`)));
  };

  it("lets Grafana search the environment's logs in CloudWatch, where its dashboards look for them", async () => {
    const [{ entryPoint } = { entryPoint: [] }] = (await taskOf("grafana")).containerDefinitions;
    const sources = [...entryPoint.join("").matchAll(/\\"type\\": \\"(\w+)\\"/g)].map(([, type]) => type);
    expect(sources).toEqual(["prometheus", "alertmanager", "cloudwatch"]);
    expect(await permitted("grafana", "logs")).toEqual([
      expect.objectContaining({
        Action: ["logs:StartQuery", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:FilterLogEvents"],
        Resource: [`arn:aws:logs:${region}:${accountId}:log-group:/datalab/prod/*`],
      }),
      expect.objectContaining({
        Action: ["logs:DescribeLogGroups", "logs:GetQueryResults", "logs:StopQuery"],
        Resource: ["*"],
      }),
    ]);
    const { logGroups } = await api.json<{ logGroups: readonly { readonly logGroupName: string }[] }>(
      "logs",
      "Logs_20140328.DescribeLogGroups",
    );
    const there = logGroups.map(({ logGroupName }) => logGroupName);
    await withVolumes("grafana", (volumes) => {
      const folder = join(volumes, "folder-1");
      const dashboards = filesIn(folder).map((name) => readFileSync(join(folder, name), "utf8"));
      const asked = new Set(dashboards.flatMap((json) => json.match(/\/datalab\/prod\/[\w-]+/g) ?? []));
      expect(asked.size).toBeGreaterThan(10);
      expect([...asked].filter((name) => !there.includes(name))).toEqual([]);
      expect(dashboards.join("")).not.toContain("loki");
    });
  });

  it("keeps the homes of JupyterHub's users on the file system, in a folder that only its task may mount", async () => {
    const { containerDefinitions, volumes } = await taskOf("jupyterhub");
    const [hub] = containerDefinitions;
    expect(hub?.mountPoints).toEqual([{ sourceVolume: "data-homes", containerPath: "/homes" }]);
    expect(hub?.environment.find(({ name }) => name === "HUB_SETTINGS")?.value).toContain('"homes":"/homes"');
    const [{ efsVolumeConfiguration: mounted } = {}] = volumes;
    const { AccessPoints } = await api.get<{ AccessPoints: readonly Readonly<Record<string, unknown>>[] }>(
      "elasticfilesystem",
      "/2015-02-01/access-points",
    );
    const homes = AccessPoints.find(
      ({ AccessPointId }) => AccessPointId === mounted?.authorizationConfig.accessPointId,
    );
    expect(homes).toMatchObject({
      PosixUser: { Uid: 1001, Gid: 1001 },
      RootDirectory: { Path: "/jupyterhub-homes", CreationInfo: { OwnerUid: 1001, OwnerGid: 1001 } },
    });
    expect((await permitted("jupyterhub", "elasticfilesystem")).map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { "elasticfilesystem:AccessPointArn": homes?.["AccessPointArn"] } },
    ]);
  });

  it("finds everything that it names in Cloud Map, where ECS registers the tasks of each service", async () => {
    const { Services: entries } = await api.json<{
      Services: readonly { readonly Name: string; readonly Arn: string; readonly DnsConfig: object }[];
    }>("servicediscovery", "Route53AutoNaming_v20170314.ListServices", { MaxResults: 100 });
    const inCloudMap = new Map(entries.map(({ Name, Arn }) => [Name, Arn]));
    const { services: running } = await api.json<{
      services: readonly {
        readonly serviceName: string;
        readonly serviceRegistries: readonly { readonly registryArn: string }[];
      }[];
    }>("ecs", "AmazonEC2ContainerServiceV20141113.DescribeServices", { cluster: "prod", services: await services() });
    for (const { serviceName, serviceRegistries } of running) {
      expect({ serviceName, registers: serviceRegistries.map(({ registryArn }) => registryArn) }).toEqual({
        serviceName,
        registers: [inCloudMap.get(serviceName)],
      });
    }
    const named = async (service: string): Promise<string[]> => {
      const text = JSON.stringify(await taskOf(service));
      return [...new Set([...text.matchAll(/([a-z0-9-]+)\.prod\.datalab\.internal/g)].map(([, name = ""]) => name))];
    };
    for (const service of await services()) {
      expect({ service, unknown: (await named(service)).filter((name) => !inCloudMap.has(name)) }).toEqual({
        service,
        unknown: [],
      });
    }
    // Those that it does not name have no metrics of their own.
    const unwatched = ["airflow-dag-processor", "airflow-scheduler", "prefect-worker", "reader"];
    expect((await named("prometheus")).sort()).toEqual((await services()).filter((name) => !unwatched.includes(name)));
  });

  describe.each([...lower, ...upper].toReversed())("%s, taken down", (stack) => {
    it("leaves nothing behind", () => {
      expect(stacks.destroy(stack)).toBeUndefined();
      expect(stacks.state(stack)).toEqual([]);
    });
  });
});
