import { join } from "node:path";
import { images } from "../../config/images";
import { folder } from "../../constructs/core/folder";
import type { Construct } from "constructs";
import type { BucketMode, Database } from "../../constructs/core/roles";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { Everything } from "../support/everything";
import { forReview } from "../support/for-review";
import { Piece } from "../support/piece";
import { expectGolden } from "../support/golden";
import { withoutMetadata } from "../support/synth";
import { awsCore, containersOf, readable, resourcesOf } from "./support";

/** Everything but what only Docker can do: replicas with data. */
const possible: Partial<ServiceSpec> = { data: [] };

function build(changes: (component: Everything) => Partial<ServiceSpec>) {
  return awsCore((stack, { sql, objectStore, broker }) => {
    const owner = { name: "everything" };
    const access = objectStore.access(owner, [{ bucket: objectStore.bucket("bronze"), mode: "read" }]);
    new Everything(stack, sql.database(owner, "app"), (component) => ({
      ...possible,
      needs: [access.need, broker.topic("events").need],
      ...changes(component),
    }));
  });
}

const oldBeforeNew = { deployment_minimum_healthy_percent: 0, deployment_maximum_percent: 100 };

describe("the AWS runtime", () => {
  const { stacks } = build(() => ({}));
  const service = resourcesOf(stacks, "aws_ecs_service")["everything"];

  it("lowers everything that a service spec can say", () => {
    const own = Object.entries(stacks["prod-core"]?.resource ?? {}).map(([kind, made]) => [
      kind,
      Object.fromEntries(Object.entries(made).filter(([id]) => /^(load-balancer-to-)?everything/.test(id))),
    ]);
    const resources = Object.fromEntries(own.filter(([, made]) => Object.keys(made as object).length > 0)) as object;
    expectGolden(join(__dirname, "golden/everything.json"), forReview(withoutMetadata(resources)));
  });

  describe("steps", () => {
    const invocations = resourcesOf(stacks, "aws_lambda_invocation");
    const after = (made: Record<string, unknown> | undefined): string[] =>
      (made?.["depends_on"] as string[]).filter((address) => /^aws_(lambda_invocation|ecs_service)\./.test(address));

    it("are in the definition of no task that may run several times", () => {
      expect(containersOf(stacks, "everything").map(({ name }) => name)).toEqual(["everything", "everything-volumes"]);
    });

    it("run once in a deployment, and again when they or their secrets change", () => {
      expect(Object.keys(invocations).sort()).toEqual([
        "init-everything-prepare",
        "init-kafka-topic-events",
        "init-postgres-database-app",
      ]);
      const input = JSON.parse(readable(invocations["init-postgres-database-app"]?.["input"] as string)) as object;
      expect(input).toMatchObject({
        taskDefinition: "${aws_ecs_task_definition.init-postgres-database-app.arn}",
        securityGroups: ["${aws_security_group.core-steps.id}"],
        logGroup: "${aws_cloudwatch_log_group.init-postgres-database-app.name}",
      });
    });

    it("run again when the database or the brokers are others, behind the same address", () => {
      const standsOn = (step: string): object =>
        (JSON.parse(readable(invocations[step]?.["input"] as string)) as { standsOn: object }).standsOn;
      expect(standsOn("init-postgres-database-app")).toEqual({ postgres: "${aws_db_instance.postgres.resource_id}" });
      expect(standsOn("init-kafka-topic-events")).toEqual({ kafka: "${aws_msk_cluster.kafka.cluster_uuid}" });
      expect(standsOn("init-everything-prepare")).toEqual({});
    });

    it("come after what they need, and the service after them", () => {
      expect(after(invocations["init-everything-prepare"]).sort()).toEqual([
        "aws_lambda_invocation.init-kafka-topic-events",
        "aws_lambda_invocation.init-postgres-database-app",
      ]);
      expect(after(service)).toContain("aws_lambda_invocation.init-everything-prepare");
      expect(invocations["init-postgres-database-app"]?.["depends_on"]).toContain("aws_db_instance.postgres");
    });

    it("know their own secrets, and the service does not know theirs", () => {
      const secrets = (task: string) => containersOf(stacks, task).flatMap((container) => container.secrets);
      const admin = "DATALAB_SECRET_POSTGRES_ADMIN_PASSWORD";
      expect(secrets("init-postgres-database-app").map(({ name }) => name)).toContain(admin);
      expect(secrets("everything").map(({ name }) => name)).not.toContain(admin);
      const role = resourcesOf(stacks, "aws_iam_role_policy")["everything-execution"]?.["policy"];
      expect(role).not.toContain("postgres-admin-password");
    });

    it("are run by a function that may run nothing else", () => {
      const { Statement } = JSON.parse(
        resourcesOf(stacks, "aws_iam_role_policy")["step-runner"]?.["policy"] as string,
      ) as { Statement: { Action: string[]; Resource: string[] }[] };
      const resources = (action: string) => Statement.find(({ Action }) => Action.includes(action))?.Resource ?? [];
      expect(resources("ecs:RunTask")).toEqual([expect.stringMatching(/:task-definition\/prod-init-\*:\*$/)]);
      expect(resources("iam:PassRole")).toEqual([expect.stringMatching(/:role\/prod-init-\*$/)]);
    });
  });

  it("leaves the number of tasks to the autoscaler", () => {
    expect(withoutMetadata(resourcesOf(stacks, "aws_appautoscaling_target")["everything"])).toEqual({
      max_capacity: 4,
      min_capacity: 1,
      resource_id: "service/prod/${aws_ecs_service.everything.name}",
      scalable_dimension: "ecs:service:DesiredCount",
      service_namespace: "ecs",
    });
    expect(service?.["lifecycle"]).toMatchObject({ ignore_changes: ["desired_count"] });
  });

  it("keeps a fixed number of tasks without one", () => {
    const fixed = build(() => ({ replicas: 3 })).stacks;
    expect(resourcesOf(fixed, "aws_appautoscaling_target")).toEqual({});
    expect(resourcesOf(fixed, "aws_ecs_service")["everything"]).toMatchObject({ desired_count: 3 });
  });

  it("lets tasks of one component talk to each other only where there are several", () => {
    const rules = (replicas: number): string[] =>
      Object.keys(resourcesOf(build(() => ({ replicas })).stacks, "aws_vpc_security_group_ingress_rule"));
    expect(rules(2)).toContain("everything-to-everything-any");
    expect(rules(1)).not.toContain("everything-to-everything-any");
  });

  it("runs steps of afterwards when the service is healthy", () => {
    const step = {
      name: "later",
      image: { kind: "upstream", reference: "a:1", shell: true },
      script: "true",
      env: {},
    } as const;
    class Later extends Everything {
      constructor(scope: Construct, database: Database) {
        super(scope, database, () => possible);
        this.provision(step);
      }
    }
    const { stacks: with_ } = awsCore((stack, { sql }) => {
      new Later(stack, sql.database({ name: "everything" }, "app"));
    });
    expect(resourcesOf(with_, "aws_lambda_invocation")["init-everything-later"]?.["depends_on"]).toContain(
      "aws_ecs_service.everything",
    );
  });

  it("lets the old task of a singleton go before the new one comes, and no other's", () => {
    const singleton = build(() => ({ replicas: 1, singleton: true })).stacks;
    expect(resourcesOf(singleton, "aws_ecs_service")["everything"]).toMatchObject(oldBeforeNew);
    const several = build(() => ({ replicas: 1 })).stacks;
    expect(resourcesOf(several, "aws_ecs_service")["everything"]).not.toMatchObject(oldBeforeNew);
  });

  it("fails a deployment that ECS took back, whose service is as steady as any", () => {
    const [condition] = (service?.["lifecycle"] as { postcondition: { condition: string }[] }).postcondition;
    expect(condition).toMatchObject({
      condition: "${self.task_definition == aws_ecs_task_definition.everything.arn}",
      error_message: expect.stringContaining("ECS went back to the old ones") as string,
    });
    expect(resourcesOf(stacks, "aws_ecs_task_definition")["everything"]).toMatchObject({ skip_destroy: true });
  });

  describe("names", () => {
    const entries = resourcesOf(stacks, "aws_service_discovery_service");

    it("are plain DNS, without a proxy that software which listens on its own address cannot be behind", () => {
      expect(service).toMatchObject({
        service_registries: { registry_arn: "${aws_service_discovery_service.everything.arn}" },
      });
      expect(service).not.toHaveProperty("service_connect_configuration");
      expect(entries["everything"]).toMatchObject({
        name: "everything",
        dns_config: { dns_records: [{ type: "A" }], routing_policy: "MULTIVALUE" },
      });
    });

    it("are forgotten soon, whether there was an address or none", () => {
      const [{ ttl } = { ttl: Infinity }] = (
        entries["everything"]?.["dns_config"] as { dns_records: { ttl: number }[] }
      ).dns_records;
      expect(ttl).toBeLessThanOrEqual(15);
      const zone = resourcesOf(stacks, "aws_cloudformation_stack")["name-service"];
      const template = JSON.parse(zone?.["template_body"] as string) as {
        Resources: { Namespace: { Properties: { Properties: { DnsProperties: { SOA: { TTL: number } } } } } };
      };
      expect(template.Resources.Namespace.Properties.Properties.DnsProperties.SOA.TTL).toBeLessThanOrEqual(15);
    });

    it("stand in full in what a container is told", () => {
      const main = containersOf(stacks, "everything")[0];
      expect(main?.environment).toContainEqual({ name: "A", value: "everything.prod.datalab.internal:81" });
    });

    it("may be several for one service", () => {
      expect(entries["all"]).toMatchObject({ dns_config: { dns_records: [{ type: "CNAME" }] } });
      expect(resourcesOf(stacks, "aws_service_discovery_instance")["all"]).toMatchObject({
        attributes: { AWS_INSTANCE_CNAME: "everything.prod.datalab.internal" },
      });
    });
  });

  it("keeps the page of a service whose health is seen elsewhere", () => {
    const checkedElsewhere = build(({ admin }) => ({ health: { http: admin, path: "/up", tool: "curl" } })).stacks;
    expect(resourcesOf(checkedElsewhere, "aws_lb_target_group")["everything-web"]).toMatchObject({
      port: 80,
      health_check: { path: "/" },
    });
  });

  it("gives the identity to whoever takes the object store's variables", () => {
    const without = (env: ServiceSpec["env"]) =>
      resourcesOf(build(() => ({ env, needs: [], volumes: [], trees: {} })).stacks, "aws_iam_role_policy")[
        "everything"
      ];
    let variables: ServiceSpec["env"] = {};
    awsCore((_, { objectStore }) => {
      const grants = [{ bucket: objectStore.bucket("bronze"), mode: "read" as const }];
      variables = objectStore.access({ name: "everything" }, grants).sdkEnvironment;
    });
    expect(without({ A: "b" })).toBeUndefined();
    expect(without(variables)?.["policy"]).toContain("s3:GetObject");
  });

  describe("with several accesses to the object store", () => {
    const withAccesses = (...modes: readonly BucketMode[]) =>
      awsCore((stack, { objectStore }) => {
        const bucket = objectStore.bucket("bronze");
        const needs = modes.map((mode) => objectStore.access({ name: mode }, [{ bucket, mode }]).need);
        new Piece(stack, "app", (app) => {
          app.service({}, "app", { needs });
        });
      });

    it("permits once what several of them permit alike", () => {
      const { stacks } = withAccesses("read", "read");
      const policy = resourcesOf(stacks, "aws_iam_role_policy")["app"]?.["policy"] as string;
      expect((JSON.parse(policy) as { Statement: object[] }).Statement).toHaveLength(3);
    });

    it.each<readonly [BucketMode, BucketMode]>([
      ["read", "read-write"],
      ["read-write", "read"],
    ])("refuses those of which one would give the other what it did not ask for: %s and %s", (one, other) => {
      expect(() => withAccesses(one, other).stacks).toThrow(
        /^prod: app: app: on AWS its task has one identity, which cannot have the permission objects-prod-bronze-datalab-example-com in two ways: s3:GetObject, [^;]* on arn:aws:s3:::prod-bronze-datalab-example-com\/\*; s3:GetObject, [^;]*\. Ask for one access with all that it needs, or run what may do less as a service of its own\.$/,
      );
    });
  });

  it.each<[string, (component: Everything) => Partial<ServiceSpec>, RegExp]>([
    [
      "replicas with data",
      () => ({ data: [{ name: "d", path: "/d" }] }),
      /^prod: everything: everything\.data: on AWS its replicas would write to one and the same volume\. Keep/,
    ],
    [
      "replicas of a singleton",
      () => ({ singleton: true }),
      /^prod: everything: everything\.singleton: on AWS it would run several times\. Leave out/,
    ],
    [
      "more pages than a service can have target groups",
      ({ web, admin }) => ({ endpoints: [...Array.from({ length: 6 }, () => web), admin] }),
      /^prod: everything: everything\.endpoints: on AWS the load balancer carries at most 5 pages of a service, and these are 6\./,
    ],
    [
      "something below a folder",
      () => ({ trees: { "/etc": folder("scripts") } }),
      /everything\.trees\["\/etc"\]: on AWS it is mounted for reading only, so that nothing can be put at \/etc\/plain\.conf below it\. Give/,
    ],
    [
      "more scratch space than a disk has",
      () => ({ scratch: [{ path: "/tmp", sizeMiB: 180 * 1024 + 1, uid: 1000 }] }),
      /everything\.scratch: on AWS a task's disk has at most 200 GiB, and with this much space it would need 201\. Ask/,
    ],
    [
      "a task definition that ECS would not register",
      () => ({ files: { "/etc/large.conf": { content: "x".repeat(70_000) } } }),
      /^prod: everything: everything: on AWS its task definition, with all files and scripts in it, has 7\d{4} bytes, and ECS takes at most 65536\. Put/,
    ],
    [
      "access to the host",
      () => ({ host: ["container-logs"] }),
      /everything\.host \(container-logs\): on AWS there is no host of ours.*roles\.engine/,
    ],
    [
      "a size of shared memory",
      () => ({ sharedMemoryMiB: 128 }),
      /everything\.sharedMemoryMiB: on AWS Fargate's is fixed/,
    ],
  ])("refuses %s", (_, changes, message) => {
    expect(() => build(changes)).toThrow(message);
  });

  it("refuses a step that ECS would not register, by its name", () => {
    const step = { name: "later", image: images.redis, script: `echo ${"x".repeat(70_000)}`, env: {} };
    expect(() =>
      awsCore((stack) => {
        new Piece(stack, "app", (app) => {
          app.service({});
          app.before(step);
        });
      }),
    ).toThrow(
      /^prod: app: step "later": on AWS its task definition, .* has 7\d{4} bytes, and ECS takes at most 65536\. Put/,
    );
  });

  it("lowers account, rights and limits", () => {
    const { stacks: with_ } = build(() => ({
      user: "1000:1000",
      openFiles: 4096,
      capabilities: ["CAP_CHOWN", "CAP_SETUID", "CAP_SETGID"],
    }));
    expect(containersOf(with_, "everything").find(({ name }) => name === "everything")).toMatchObject({
      user: "1000:1000",
      ulimits: [{ name: "nofile", softLimit: 4096, hardLimit: 4096 }],
      linuxParameters: {
        capabilities: {
          drop: [
            "AUDIT_WRITE",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETPCAP",
            "SYS_CHROOT",
          ],
        },
      },
    });
  });
});
