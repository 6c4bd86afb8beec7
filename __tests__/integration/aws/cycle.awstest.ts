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
import { accountOn, describeOnMoto, input, region } from "./support/prod-on-moto";
import { Stacks } from "./support/stacks";

const tree = folder("__tests__/support/folder");
const mockAddReader = (stack: GroupStack): Piece =>
  new Piece(stack, "reader", (reader) => {
    reader.service({}, "reader", {
      trees: { "/opt/reader": tree },
      volumes: [{ name: "shared", path: "/shared", uid: 7 }],
      scratch: [{ path: "/scratch", sizeMiB: 64 }],
    });
  });
// No component of the platform reads a folder or shares a volume yet.
jest.mock("../../../stacks/ml", () => {
  const real = jest.requireActual<typeof import("../../../stacks/ml")>("../../../stacks/ml");
  return {
    buildMl: (stack: GroupStack, roles: CoreRoles) => {
      real.buildMl(stack, roles);
      mockAddReader(stack);
    },
  };
});

const names = ["prod-foundation", "prod-core", "prod-processing", "prod-ml"] as const;
/** The groups of pages and of figures. They are validated, and not applied here. */
const synthesisedOnly = ["prod-visualization", "prod-monitoring"];

interface SecretList {
  readonly SecretList: readonly { readonly Name: string; readonly ARN: string }[];
}
interface TaskDefinition {
  readonly taskDefinition: {
    readonly containerDefinitions: readonly {
      readonly name: string;
      readonly image: string;
      readonly entryPoint: readonly string[];
      readonly environment: readonly { readonly name: string; readonly value: string }[];
      readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
    }[];
    readonly volumes: readonly { readonly name: string; readonly efsVolumeConfiguration?: object }[];
  };
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
    expect([...stacks.names].sort()).toEqual([...names, ...synthesisedOnly].sort());
  });

  describe.each(names)("%s", (stack) => {
    it("is applied", () => {
      expect(stacks.apply(stack)).toBeUndefined();
    });

    it("has nothing to change in a second plan", () => {
      expect(stacks.pending(stack)).toBeUndefined();
    });
  });

  it("runs every service of the platform", async () => {
    const { serviceArns } = await api.json<{ serviceArns: readonly string[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.ListServices",
      { cluster: "prod" },
    );
    expect(serviceArns.map((arn) => arn.split("/").at(-1)).sort()).toEqual([
      "airflow",
      "airflow-dag-processor",
      "airflow-scheduler",
      "airflow-statsd",
      "kafka-ui",
      "mlflow",
      "prefect-housekeeper",
      "prefect-server",
      "prefect-worker",
      "reader",
      "spark-history",
      "spark-master",
      "spark-worker",
    ]);
  });

  it("takes own images from the environment's repositories, by the hash of their content", async () => {
    const { taskDefinition } = await api.json<TaskDefinition>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition",
      { taskDefinition: "prod-mlflow" },
    );
    const image = taskDefinition.containerDefinitions.find(({ name }) => name === "mlflow")?.image;
    expect(image).toMatch(/^\d{12}\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/prod\/mlflow:[0-9a-f]{12}$/);
  });

  const readerTask = async (): Promise<TaskDefinition["taskDefinition"]> => {
    const { taskDefinition } = await api.json<TaskDefinition>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition",
      { taskDefinition: "prod-reader" },
    );
    return taskDefinition;
  };

  it("delivers a folder of the repository, byte for byte, by the very program that its task runs", async () => {
    const [, preparation] = (await readerTask()).containerDefinitions;
    const [{ value: work } = { value: "" }] = preparation?.environment ?? [];
    const volumes = mkdtempSync(join(tmpdir(), "datalab-volumes-"));
    try {
      for (const { containerPath } of preparation?.mountPoints ?? []) {
        mkdirSync(join(volumes, containerPath), { recursive: true });
      }
      // Everything is the task's own, but for the place of its volumes.
      const here = work.replaceAll("/volumes/", `${volumes}/volumes/`);
      const words = preparation?.entryPoint.slice(1) ?? [];
      expect(moto.python(words, region, { DATALAB_VOLUMES: here })).toBeUndefined();
      const found = readdirSync(join(volumes, "volumes/folder-1"), { recursive: true, encoding: "utf8" })
        .filter((name) => statSync(join(volumes, "volumes/folder-1", name)).isFile())
        .sort();
      expect(found).toEqual(tree.files.map(({ path }) => path));
      for (const { path, executable } of tree.files) {
        const file = join(volumes, "volumes/folder-1", path);
        expect(readFileSync(file)).toEqual(readFileSync(join(projectFolder(), tree.path, path)));
        expect(statSync(file).mode & 0o777).toBe(executable ? 0o555 : 0o444);
      }
      expect(statSync(join(volumes, "volumes/scratch-1")).mode & 0o7777).toBe(0o1777);
    } finally {
      rmSync(volumes, { recursive: true });
    }
  });

  it("mounts the folder for reading, and the shared volume from the file system", async () => {
    const { containerDefinitions, volumes } = await readerTask();
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

  describe.each(names.toReversed())("%s, taken down", (stack) => {
    it("leaves nothing behind", () => {
      expect(stacks.destroy(stack)).toBeUndefined();
      expect(stacks.state(stack)).toEqual([]);
    });
  });
});
