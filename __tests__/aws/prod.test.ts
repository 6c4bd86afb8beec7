import { addressesOf, synthesiseNamed } from "../support/synth";
import { readable, resourcesOf } from "./support";

const { stacks, manifest, environment } = synthesiseNamed("prod");

describe("prod", () => {
  it("has these stacks, each after those that it needs", () => {
    const order = Object.entries(manifest.stacks).map(([stack, { dependencies }]) => [stack, dependencies]);
    expect(Object.fromEntries(order)).toEqual({
      "prod-foundation": [],
      "prod-core": ["prod-foundation"],
      "prod-processing": ["prod-foundation", "prod-core"],
      "prod-ml": ["prod-foundation", "prod-core"],
    });
  });

  it.each(Object.keys(stacks))("has these resources in %s", (stack) => {
    expect(addressesOf(stacks[stack] as never)).toMatchSnapshot();
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

  it("synthesises the same each time", () => {
    expect(synthesiseNamed("prod").stacks).toEqual(stacks);
  });

  it("opens a component's port to those only that refer to it", () => {
    const rules = Object.values(resourcesOf(stacks, "aws_vpc_security_group_ingress_rule"))
      .filter((rule) => "referenced_security_group_id" in rule)
      .map((rule) => {
        const group = (key: string): string =>
          (/aws_security_group[.-](.+)[.-]id\}$/.exec(readable(rule[key] as string)) ?? [])[1] ?? "?";
        return `${group("referenced_security_group_id")} -> ${group("security_group_id")}:${String(rule["from_port"])}`;
      });
    expect(rules.sort()).toEqual([
      "kafka-ui -> kafka:9094",
      "load-balancer -> kafka-ui:8080",
      "load-balancer -> mlflow:5000",
      "load-balancer -> spark:8080",
      "mlflow -> postgres:5432",
      "spark -> spark:1024",
    ]);
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
      "kafka-ui.datalab.example.com",
      "mlflow.datalab.example.com",
      "spark.datalab.example.com",
    ]);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  });

  it("tells the operator the same addresses", () => {
    const published = environment.components
      .flatMap(({ endpoints, platformStack }) =>
        endpoints.map((endpoint) => [endpoint.id, platformStack.runtime.operatorPort(endpoint)] as const),
      )
      .filter(([, port]) => port !== undefined);
    expect(published).toEqual([
      ["kafka-ui.web", 443],
      ["spark.ui", 443],
      ["mlflow.web", 443],
    ]);
  });
});
