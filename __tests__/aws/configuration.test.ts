import { checkEnvironment } from "../../config/load";
import { synthesiseInput } from "../support/synth";
import { awsCore, awsInput, type AwsInput, resourcesOf } from "./support";

describe("the configuration of an AWS environment", () => {
  it.each<[string, Partial<AwsInput>, string]>([
    [
      "one broker",
      { kafka: { brokers: 1 } },
      "prod.kafka.brokers: given 1; allowed: 3, with `zones` 3, because MSK has as many brokers in every zone. Set kafka.brokers and zones to 3.",
    ],
    [
      "two zones for three brokers",
      { zones: 2 },
      "prod.kafka.brokers: given 3; allowed: 3, with `zones` 3, because MSK has as many brokers in every zone. Set kafka.brokers and zones to 3.",
    ],
    [
      "a size for what AWS runs",
      { sizes: { postgres: { cpus: 2 } } },
      'prod.sizes.postgres: given {"cpus":2}; allowed: nothing, because AWS runs postgres. Set prod.database instead.',
    ],
    [
      "a size that Fargate has not",
      { sizes: { "kafka-ui": { cpus: 17 } } },
      'prod.sizes.kafka-ui: given {"cpus":17,"memoryMiB":512}; allowed: up to 16 cores and 122880 MiB, the largest that Fargate runs. Give the component less, or run more replicas of it.',
    ],
    [
      "a domain that makes bucket names too long",
      { domain: `${"a".repeat(50)}.example.com` },
      `prod.domain: given "${"a".repeat(50)}.example.com"; allowed: at most 46 characters, because the bucket prod-access-logs-${"a".repeat(50)}-example-com has it in its name. Choose a shorter domain, or a shorter name for the bucket.`,
    ],
  ])("refuses %s", (_, changes, message) => {
    expect(() => synthesiseInput(awsInput({ groups: ["core"], ...changes }))).toThrow(message);
  });

  it("deletes what may be deleted without traces, so that a test can be taken down", () => {
    const { stacks } = synthesiseInput(awsInput({ groups: ["core"], dataDeletion: "allowed" }));
    expect(JSON.stringify(stacks)).not.toContain('"prevent_destroy":true');
    expect(resourcesOf(stacks, "aws_db_instance")["postgres"]).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
    });
  });

  it("keeps the state in the working copy where it is told so", () => {
    const { stacks } = synthesiseInput(awsInput({ groups: ["core"], state: { kind: "local" } }));
    for (const [stack, { terraform }] of Object.entries(stacks)) {
      expect(terraform).toMatchObject({ backend: { local: { path: `../../../.datalab/state/${stack}.tfstate` } } });
    }
  });

  it("puts a load balancer for the internet's operators on the internet", () => {
    const { stacks } = awsCore(() => undefined, { operatorCidrs: ["10.0.0.0/8", "203.0.113.0/24"] });
    const balancer = resourcesOf(stacks, "aws_lb")["operators"];
    expect(balancer).toMatchObject({ internal: false });
    expect(JSON.stringify(balancer?.["subnets"])).toContain("public-a");
  });

  it("scales Spark's workers between the bounds that it is given", () => {
    const workers = (count: object) =>
      resourcesOf(
        synthesiseInput(awsInput({ groups: ["core", "processing"], spark: { workers: count } })).stacks,
        "aws_appautoscaling_target",
      )["spark-worker"];
    expect(workers({ min: 1, count: 2, max: 5 })).toMatchObject({ min_capacity: 1, max_capacity: 5 });
    expect(workers({ count: 2 })).toBeUndefined();
  });

  it("asks a mirror in ECR by name for the images that come from it", () => {
    const imageRegistry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mirror";
    const { stacks } = synthesiseInput(awsInput({ imageRegistry, groups: ["core"] }));
    expect(resourcesOf(stacks, "aws_iam_role_policy")["kafka-ui-execution"]?.["policy"]).toContain(
      "arn:aws:ecr:eu-central-1:123456789012:repository/mirror/kafbat/kafka-ui",
    );
  });

  it("is the repository's own", () => {
    expect(checkEnvironment("prod", awsInput()).target).toBe("aws");
  });
});
