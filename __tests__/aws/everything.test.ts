import { join } from "node:path";
import type { Construct } from "constructs";
import type { Database } from "../../constructs/core/roles";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { Everything } from "../support/everything";
import { expectGolden } from "../support/golden";
import { withoutMetadata } from "../support/synth";
import { awsCore, containersOf, readable, resourcesOf } from "./support";

/** Everything but what only Docker can do: a second name, UDP, and replicas with data. */
const possible = ({ web, admin }: Everything): Partial<ServiceSpec> => ({
  aliases: [],
  endpoints: [web, admin],
  data: [],
});

function build(changes: (component: Everything) => Partial<ServiceSpec>) {
  return awsCore((stack, { sql, objectStore, broker }) => {
    const owner = { name: "everything" };
    const access = objectStore.access(owner, [{ bucket: objectStore.bucket("bronze"), mode: "read" }]);
    new Everything(stack, sql.database(owner, "app"), (component) => ({
      ...possible(component),
      needs: [access.need, broker.topic("events").need],
      ...changes(component),
    }));
  });
}

describe("the AWS runtime", () => {
  const { stacks } = build(() => ({}));
  const service = resourcesOf(stacks, "aws_ecs_service")["everything"];

  it("lowers everything that a service spec can say", () => {
    const own = Object.entries(stacks["prod-core"]?.resource ?? {}).map(([kind, made]) => [
      kind,
      Object.fromEntries(Object.entries(made).filter(([id]) => /^(load-balancer-to-)?everything/.test(id))),
    ]);
    const resources = Object.fromEntries(own.filter(([, made]) => Object.keys(made as object).length > 0)) as object;
    const golden = { containers: containersOf(stacks, "everything"), resources: withoutMetadata(resources) };
    expectGolden(join(__dirname, "golden/everything.json"), JSON.parse(readable(JSON.stringify(golden))));
  });

  it("runs the steps one after the other, and the service after the last", () => {
    const order = containersOf(stacks, "everything").map(({ name, essential, dependsOn }) => ({
      name,
      essential,
      after: dependsOn.map(({ containerName, condition }) => `${containerName} ${condition}`),
    }));
    // Steps that its references bring, then the component's own.
    expect(order).toEqual([
      { name: "everything", essential: true, after: ["init-everything-prepare SUCCESS"] },
      { name: "init-kafka-topic-events", essential: false, after: [] },
      { name: "init-postgres-database-app", essential: false, after: ["init-kafka-topic-events SUCCESS"] },
      { name: "init-everything-prepare", essential: false, after: ["init-postgres-database-app SUCCESS"] },
    ]);
  });

  it("leaves the number of tasks to the autoscaler", () => {
    expect(withoutMetadata(resourcesOf(stacks, "aws_appautoscaling_target")["everything"])).toEqual({
      max_capacity: 4,
      min_capacity: 1,
      resource_id: "service/prod/${aws_ecs_service.everything.name}",
      scalable_dimension: "ecs:service:DesiredCount",
      service_namespace: "ecs",
    });
    expect(service?.["lifecycle"]).toEqual({ ignore_changes: ["desired_count"] });
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

  it("runs steps of afterwards beside the healthy service", () => {
    const step = {
      name: "later",
      image: { kind: "upstream", reference: "a:1", shell: true },
      script: "true",
      env: {},
    } as const;
    class Later extends Everything {
      constructor(scope: Construct, database: Database) {
        super(scope, database, possible);
        this.provision(step);
      }
    }
    const { stacks: with_ } = awsCore((stack, { sql }) => {
      new Later(stack, sql.database({ name: "everything" }, "app"));
    });
    expect(containersOf(with_, "everything").find(({ name }) => name === "init-everything-later")).toMatchObject({
      essential: false,
      dependsOn: [{ containerName: "everything", condition: "HEALTHY" }],
    });
  });

  describe("with data", () => {
    const single = build(() => ({ data: [{ name: "data", path: "/data", uid: 5, gid: 6 }], replicas: 1 })).stacks;

    it("keeps it on a file system in the foundation, in a folder of its account", () => {
      expect(withoutMetadata(resourcesOf(single, "aws_efs_access_point")["everything-data"])).toMatchObject({
        posix_user: { uid: 5, gid: 6 },
        root_directory: {
          path: "/everything-data",
          creation_info: { owner_uid: 5, owner_gid: 6, permissions: "0750" },
        },
        lifecycle: { prevent_destroy: true },
      });
      expect(Object.keys(single["prod-foundation"]?.resource?.["aws_efs_mount_target"] ?? {})).toHaveLength(3);
    });

    it("mounts it encrypted, by the task's own identity", () => {
      const task = resourcesOf(single, "aws_ecs_task_definition")["everything"];
      expect(JSON.parse(readable(JSON.stringify(task?.["volume"])))).toEqual([
        {
          name: "data",
          efs_volume_configuration: {
            file_system_id: "{prod-foundation/aws_efs_file_system-data-id}",
            transit_encryption: "ENABLED",
            authorization_config: {
              access_point_id: "{prod-foundation/aws_efs_access_point-everything-data-id}",
              iam: "ENABLED",
            },
          },
        },
      ]);
      const policy = resourcesOf(single, "aws_iam_role_policy")["everything"]?.["policy"] as string;
      expect(policy).toContain("elasticfilesystem:AccessPointArn");
    });

    it("never runs two tasks on it", () => {
      expect(resourcesOf(single, "aws_ecs_service")["everything"]).toMatchObject({
        deployment_minimum_healthy_percent: 0,
        deployment_maximum_percent: 100,
      });
    });
  });

  it.each<[string, (component: Everything) => Partial<ServiceSpec>, RegExp]>([
    ["a second host name", () => ({ aliases: ["all"] }), /Service Connect gives a service one host name, so not "all"/],
    ["UDP", ({ web, admin, events }) => ({ endpoints: [web, admin, events] }), /everything\.events is UDP/],
    [
      "replicas with data",
      () => ({ data: [{ name: "d", path: "/d" }] }),
      /its replicas would write to one and the same/,
    ],
  ])("refuses %s", (_, changes, message) => {
    expect(() => build(changes)).toThrow(message);
  });
});
