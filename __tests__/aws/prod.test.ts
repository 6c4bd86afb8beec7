import { describe as describeEnvironment } from "../../cli/model/describe";
import { awsForms } from "../../config/aws-forms";
import { componentNames } from "../../config/components";
import { synthesiseNamed } from "../support/synth";
import { type Container, containersOf, readable, resourcesOf } from "./support";

const { stacks, environment } = synthesiseNamed("prod");

describe("prod", () => {
  it("has what docs/aws.md says that it has", () => {
    const made = environment.components.map(({ name }) => name);
    const stated = componentNames.filter((name) => !("none" in awsForms[name]));
    // These are parts of the account that nothing of ours runs or stands for.
    expect(stated.filter((name) => !made.includes(name)).sort()).toEqual(["consul", "minio"]);
    expect(componentNames.filter((name) => made.includes(name)).filter((name) => !stated.includes(name))).toEqual([]);
  });

  it("passes these values from stack to stack", () => {
    expect(
      Object.fromEntries(
        Object.entries(stacks).map(([name, { output }]) => [
          name,
          Object.keys(output ?? {})
            .filter((id) => id.startsWith("cross-stack-output-"))
            .sort(),
        ]),
      ),
    ).toMatchSnapshot();
  });

  it("tells how to build and name own images", () => {
    expect(JSON.parse(readable(JSON.stringify(stacks["prod-foundation"]?.["output"])))).toMatchObject({
      "image-mlflow": {
        value: expect.stringMatching(/^\$\{aws_ecr_repository\.mlflow\.repository_url\}:[0-9a-f]{12}$/) as string,
      },
      "build-mlflow": {
        value: expect.stringMatching(
          /^docker build --platform linux\/amd64 --build-arg BASE_IMAGE=python:\S+ --tag \S+ images\/mlflow$/,
        ) as string,
      },
    });
  });

  it("names own images in an order in which they can be built", () => {
    const outputs = stacks["prod-foundation"]?.["output"] as Record<string, { readonly value: string }>;
    const names = outputs["images"]?.value.split(" ") ?? [];
    const builds = Object.keys(outputs).filter((id) => id.startsWith("build-"));
    expect(names.map((name) => `build-${name}`).sort()).toEqual(builds.sort());
    const bases = names.map((name) => {
      const [, base] =
        /BASE_IMAGE=\$\{aws_ecr_repository\.([\w-]+)\./.exec(outputs[`build-${name}`]?.value ?? "") ?? [];
      return base;
    });
    expect(bases.filter((base) => base !== undefined)).toEqual(["spark", "notebook"]);
    names.forEach((name, index) => {
      const base = bases[index];
      if (base !== undefined) expect(names.slice(0, index)).toContain(base);
      expect(names.indexOf(name)).toBe(index);
    });
  });

  it("opens a component's port to those only that refer to it", () => {
    const rules = Object.values(resourcesOf(stacks, "aws_vpc_security_group_ingress_rule"))
      .filter((rule) => "referenced_security_group_id" in rule)
      .map((rule) => {
        const group = (key: string): string =>
          (/aws_security_group[.-](.+)[.-]id\}$/.exec(readable(rule[key] as string)) ?? [])[1] ?? "?";
        return `${group("referenced_security_group_id")} -> ${group("security_group_id")}:${String(rule["from_port"])}`;
      });
    expect(rules.sort()).toMatchInlineSnapshot(`
     [
       "airflow -> airflow:1024",
       "airflow -> airflow:9125",
       "airflow -> postgres:5432",
       "alertmanager -> data:2049",
       "blackbox-exporter -> airflow:8080",
       "blackbox-exporter -> alertmanager:9093",
       "blackbox-exporter -> grafana:3000",
       "blackbox-exporter -> jupyterhub:8000",
       "blackbox-exporter -> kafka-ui:8080",
       "blackbox-exporter -> mlflow:5000",
       "blackbox-exporter -> prefect:4200",
       "blackbox-exporter -> prometheus:9090",
       "blackbox-exporter -> spark:18080",
       "blackbox-exporter -> spark:8080",
       "blackbox-exporter -> streamlit:8501",
       "grafana -> alertmanager:9093",
       "grafana -> data:2049",
       "grafana -> prometheus:9090",
       "jupyterhub -> data:2049",
       "jupyterhub -> mlflow:5000",
       "jupyterhub -> postgres:5432",
       "kafka-ui -> kafka:9094",
       "load-balancer -> airflow:8080",
       "load-balancer -> alertmanager:9093",
       "load-balancer -> grafana:3000",
       "load-balancer -> jupyterhub:8000",
       "load-balancer -> kafka-ui:8080",
       "load-balancer -> mlflow:5000",
       "load-balancer -> prefect:4200",
       "load-balancer -> prometheus:9090",
       "load-balancer -> spark:18080",
       "load-balancer -> spark:8080",
       "load-balancer -> streamlit:8501",
       "ml-steps -> postgres:5432",
       "mlflow -> postgres:5432",
       "prefect -> postgres:5432",
       "prefect -> prefect:1024",
       "prometheus -> airflow:8080",
       "prometheus -> airflow:9102",
       "prometheus -> alertmanager:9093",
       "prometheus -> blackbox-exporter:9115",
       "prometheus -> data:2049",
       "prometheus -> grafana:3000",
       "prometheus -> jupyterhub:8000",
       "prometheus -> jupyterhub:8081",
       "prometheus -> kafka-ui:8080",
       "prometheus -> mlflow:5000",
       "prometheus -> prefect:4200",
       "prometheus -> prefect:9105",
       "prometheus -> spark:18080",
       "prometheus -> spark:8080",
       "prometheus -> spark:8081",
       "prometheus -> streamlit:8501",
       "spark -> spark:1024",
       "visualization-steps -> postgres:5432",
     ]
    `);
  });

  it("permits a task what its references permit, on these resources", () => {
    const policies = Object.entries(resourcesOf(stacks, "aws_iam_role_policy"))
      .filter(([role]) => !role.endsWith("-execution") && role !== "flow-log")
      .map(([role, { policy }]) => {
        const { Statement } = JSON.parse(readable(policy as string)) as {
          Statement: { Action: string[]; Resource: string[] }[];
        };
        return [role, Statement.map(({ Action, Resource }) => `${Action.join(" ")} on ${Resource.join(" ")}`)];
      });
    expect(Object.fromEntries(policies)).toMatchSnapshot();
  });

  it("lets ECS read for a task the secrets that its containers use, and no others", () => {
    const tasks = resourcesOf(stacks, "aws_ecs_task_definition");
    for (const [task, { container_definitions }] of Object.entries(tasks)) {
      const containers = JSON.parse(readable(container_definitions as string)) as {
        secrets: { valueFrom: string }[];
      }[];
      const used = new Set(
        containers.flatMap(({ secrets }) => secrets.map(({ valueFrom }) => valueFrom.split(":::")[0])),
      );
      const { policy } = resourcesOf(stacks, "aws_iam_role_policy")[`${task}-execution`] ?? {};
      const { Statement } = JSON.parse(readable(policy as string)) as {
        Statement: { Action: string[]; Resource: string[] }[];
      };
      const readableSecrets = Statement.filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue"));
      expect(new Set(readableSecrets.flatMap(({ Resource }) => Resource))).toEqual(used);
    }
  });

  it("puts the pages for people behind the load balancer, by host name", () => {
    const rules = Object.values(resourcesOf(stacks, "aws_lb_listener_rule"));
    const hosts = rules.flatMap(({ condition }) =>
      (condition as { host_header: { values: string[] } }[]).flatMap(({ host_header }) => host_header.values),
    );
    expect(hosts.sort()).toEqual([
      "airflow.datalab.example.com",
      "alertmanager.datalab.example.com",
      "grafana.datalab.example.com",
      "jupyterhub.datalab.example.com",
      "kafka-ui.datalab.example.com",
      "mlflow.datalab.example.com",
      "prefect.datalab.example.com",
      "prometheus.datalab.example.com",
      "spark-history.datalab.example.com",
      "spark.datalab.example.com",
      "streamlit.datalab.example.com",
    ]);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  });

  it("tells the operator the same addresses", () => {
    const published = describeEnvironment(environment)
      .components.flatMap(({ endpoints }) => endpoints.map(({ id, port }) => [id, port] as const))
      .filter(([, port]) => port !== undefined);
    expect(published).toEqual([
      ["kafka-ui.web", 443],
      ["spark.ui", 443],
      ["spark.history", 443],
      ["mlflow.web", 443],
      ["prefect.web", 443],
      ["airflow.web", 443],
      ["jupyterhub.web", 443],
      ["streamlit.web", 443],
      ["alertmanager.web", 443],
      ["prometheus.web", 443],
      ["grafana.web", 443],
    ]);
  });
});

const resources = (kind: string): [string, Record<string, unknown>][] => Object.entries(resourcesOf(stacks, kind));
const tasks = resources("aws_ecs_task_definition").map(([task]) => task);
const containers: [string, Container][] = tasks.flatMap((task) =>
  containersOf(stacks, task).map((container): [string, Container] => [`${task}/${container.name}`, container]),
);

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
}
const statements = ["aws_iam_role_policy", "aws_s3_bucket_policy", "aws_efs_file_system_policy"].flatMap((kind) =>
  resources(kind).flatMap(([id, { policy }]) =>
    (JSON.parse(policy as string) as { Statement: Statement[] }).Statement.map((statement) => ({
      id: `${kind}.${id}`,
      ...statement,
    })),
  ),
);

/** Actions for which AWS knows no single resource. */
const withoutResources = new Set([
  "ecr:GetAuthorizationToken",
  "logs:DescribeLogGroups,logs:GetQueryResults,logs:StopQuery",
]);

describe("policies of prod", () => {
  it("looks at something", () => {
    expect(tasks.length).toBeGreaterThan(2);
    expect(containers.length).toBeGreaterThanOrEqual(tasks.length);
    expect(statements.length).toBeGreaterThan(20);
  });

  it("allows no wildcard, but for the actions that AWS knows no resource for", () => {
    for (const { id, Effect, Action, Resource = [] } of statements.filter(({ Effect }) => Effect === "Allow")) {
      expect({ id, Effect, wild: Action.filter((action) => action.includes("*")) }).toEqual({ id, Effect, wild: [] });
      if (Resource.includes("*"))
        expect({ id, known: withoutResources.has(Action.join()) }).toEqual({ id, known: true });
    }
  });

  it("names the account wherever an ARN has one", () => {
    const arns = statements.flatMap(({ Resource = [] }) => Resource).filter((arn) => arn.startsWith("arn:"));
    const accounts = arns.map((arn) => [arn, readable(arn).split(":")[4] ?? ""] as const);
    expect(accounts.filter(([, account]) => account === "*" || account === "?")).toEqual([]);
    expect(accounts.some(([, account]) => account.includes("account_id"))).toBe(true);
  });

  it("attaches policies of AWS's own to the backup only", () => {
    for (const [, { role }] of resources("aws_iam_role_policy_attachment"))
      expect(role).toBe("${aws_iam_role.backup.name}");
  });

  it("lets only AWS services of this account take a role", () => {
    for (const [id, { assume_role_policy }] of resources("aws_iam_role")) {
      const { Statement } = JSON.parse(assume_role_policy as string) as { Statement: { Condition?: object }[] };
      expect({ id, conditions: Statement.map(({ Condition }) => JSON.stringify(Condition)) }).toEqual({
        id,
        conditions: [expect.stringContaining("aws:SourceAccount")],
      });
    }
  });

  it("encrypts what holds data with the environment's key", () => {
    const key = /aws_kms_key[.-]data[.-]arn\}$/;
    const keys: [string, string][] = [
      ["aws_db_instance", "kms_key_id"],
      ["aws_elasticache_replication_group", "kms_key_id"],
      ["aws_cloudwatch_log_group", "kms_key_id"],
      ["aws_secretsmanager_secret", "kms_key_id"],
      ["aws_backup_vault", "kms_key_arn"],
    ];
    for (const [kind, argument] of keys) {
      expect(resources(kind)).not.toEqual([]);
      for (const [id, resource] of resources(kind)) {
        expect({ kind, id, key: resource[argument] }).toEqual({ kind, id, key: expect.stringMatching(key) as string });
      }
    }
    for (const [id, { rule }] of resources("aws_s3_bucket_server_side_encryption_configuration")) {
      const algorithm = id === "access-logs" ? '"AES256"' : '"aws:kms"';
      expect({ id, rule: JSON.stringify(rule) }).toEqual({ id, rule: expect.stringContaining(algorithm) as string });
    }
    expect(resources("aws_msk_cluster")[0]?.[1]).toMatchObject({
      encryption_info: {
        encryption_at_rest_kms_key_arn: expect.stringMatching(key) as string,
        encryption_in_transit: { client_broker: "TLS", in_cluster: true },
      },
    });
    expect(resources("aws_db_instance")[0]?.[1]).toMatchObject({ storage_encrypted: true, publicly_accessible: false });
    expect(resources("aws_elasticache_replication_group")[0]?.[1]).toMatchObject({
      at_rest_encryption_enabled: "true",
      transit_encryption_enabled: true,
    });
  });

  it("forbids to delete what holds data", () => {
    const kinds = ["aws_db_instance", "aws_msk_cluster", "aws_elasticache_replication_group", "aws_kms_key"];
    const data = [...kinds, "aws_backup_vault"].flatMap(resources);
    data.push(...resources("aws_s3_bucket").filter(([id]) => !["access-logs", "task-folders"].includes(id)));
    expect(data.length).toBeGreaterThan(8);
    for (const [id, { lifecycle }] of data) {
      expect({ id, lifecycle }).toMatchObject({ id, lifecycle: { prevent_destroy: true } });
    }
    expect(resources("aws_db_instance")[0]?.[1]).toMatchObject({
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "prod-postgres-final",
    });
    expect(resources("aws_lb")[0]?.[1]).toMatchObject({ enable_deletion_protection: true });
    for (const [, { force_destroy }] of data) expect(force_destroy ?? false).toBe(false);
  });

  it("keeps versions of objects, shows them to nobody, and takes no unencrypted connection", () => {
    const buckets = resources("aws_s3_bucket").map(([id]) => id);
    for (const kind of ["public_access_block", "ownership_controls", "policy", "lifecycle_configuration"]) {
      expect(resources(`aws_s3_bucket_${kind}`).map(([id]) => id)).toEqual(buckets);
    }
    expect(resources("aws_s3_bucket_versioning").map(([id]) => id)).toEqual(
      buckets.filter((id) => id !== "access-logs"),
    );
    for (const [, { policy }] of resources("aws_s3_bucket_policy")) expect(policy).toContain("aws:SecureTransport");
  });

  it("ends every log some day", () => {
    for (const [id, { retention_in_days }] of resources("aws_cloudwatch_log_group")) {
      expect({ id, days: retention_in_days }).toEqual({ id, days: 30 });
    }
  });

  it("opens to the internet's addresses nothing but the load balancer, and that to operators only", () => {
    for (const [id, rule] of resources("aws_vpc_security_group_ingress_rule")) {
      if (!("cidr_ipv4" in rule)) continue;
      expect(id).toMatch(/^load-balancer-(80|443)-from-/);
      expect(rule["cidr_ipv4"]).toBe("10.0.0.0/12");
    }
    expect(resources("aws_lb")[0]?.[1]).toMatchObject({ internal: true, drop_invalid_header_fields: true });
  });

  it("runs every service in private subnets, takes a bad deployment back, and waits until it is well", () => {
    for (const [, service] of resources("aws_ecs_service")) {
      expect(service).toMatchObject({
        launch_type: "FARGATE",
        network_configuration: { assign_public_ip: false },
        deployment_circuit_breaker: { enable: true, rollback: true },
        wait_for_steady_state: true,
      });
      expect(JSON.stringify(service["network_configuration"])).not.toContain("aws_subnet-public");
    }
  });

  it("pins every image, logs every container, and checks the health of every service", () => {
    for (const [container, { name, image, essential, healthCheck, logConfiguration }] of containers) {
      expect({ container, image }).toEqual({ container, image: expect.stringMatching(/:[\w][\w.-]+$/) as string });
      expect(image).not.toMatch(/:latest$/);
      expect({ container, checked: healthCheck !== undefined }).toEqual({
        container,
        checked: essential && name !== "step",
      });
      expect(logConfiguration.logDriver).toBe("awslogs");
    }
  });

  it("writes no secret as text", () => {
    const suspicious = /(PASSWORD|SECRET|TOKEN|_KEY)$/i;
    for (const [container, { environment: variables, secrets }] of containers) {
      expect({ container, plain: variables.filter(({ name }) => suspicious.test(name)) }).toEqual({
        container,
        plain: [],
      });
      for (const { name, valueFrom } of secrets) {
        expect(name).toMatch(/^DATALAB_SECRET_/);
        expect(valueFrom).toMatch(/-?arn\}:::\$\{.*version_id\}$/);
      }
    }
    for (const [id, version] of resources("aws_secretsmanager_secret_version")) {
      expect({ id, keys: Object.keys(version).filter((key) => key.startsWith("secret_")) }).toEqual({
        id,
        keys: ["secret_id", "secret_string_wo", "secret_string_wo_version"],
      });
    }
    expect(resources("aws_db_instance")[0]?.[1]).not.toHaveProperty("password");
    expect(resources("aws_elasticache_replication_group")[0]?.[1]).not.toHaveProperty("auth_token");
  });

  it("passes no secret's value from stack to stack", () => {
    for (const { output } of Object.values(stacks)) {
      expect(Object.keys(output ?? {}).filter((id) => /secret_string|random_password/.test(id))).toEqual([]);
    }
  });

  it("makes a secret for every one that is used", () => {
    const used = new Set(containers.flatMap(([, { secrets }]) => secrets.map(({ name }) => name)));
    const ids = new Set(resources("aws_secretsmanager_secret").map(([id]) => id));
    for (const id of ids) {
      // The cache's password goes to ElastiCache; nobody of prod's components uses the cache.
      if (id !== "redis-password") expect(used).toContain(`DATALAB_SECRET_${id.toUpperCase().replaceAll("-", "_")}`);
    }
    expect(ids.size).toBeLessThanOrEqual(environment.secrets.size);
  });

  it("locks the state in its bucket", () => {
    for (const [stack, { terraform }] of Object.entries(stacks)) {
      expect(terraform).toMatchObject({
        backend: {
          s3: {
            bucket: "datalab-prod-terraform-state",
            key: `${stack}.tfstate`,
            region: "eu-central-1",
            encrypt: true,
            use_lockfile: true,
          },
        },
        required_version: ">= 1.11.0",
      });
    }
  });

  it("names no absolute path of a machine", () => {
    expect(JSON.stringify(stacks)).not.toContain(process.cwd());
  });
});
