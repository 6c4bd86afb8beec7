import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lakeBuckets } from "../../config/lake-buckets";
import { projectFolder } from "../../constructs/core/project";
import { resourcesOf } from "../aws/support";
import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

/** Where DAGs, flows, notebooks and jobs run. */
const readers = [
  ["airflow", "airflow-scheduler"],
  ["airflow", "airflow-dag-processor"],
  ["prefect", "prefect-worker"],
  ["spark", "spark-master"],
  ["spark", "spark-worker"],
  // It hands them to its users' servers.
  ["jupyterhub", "jupyterhub"],
] as const;

function toldIn(environment: "dev" | "prod", component: string, service: string): Record<string, string> {
  const specs = specsOf(synthesiseNamed(environment).environment, component);
  const { env } = specs[service] as { env: Record<string, string> };
  return Object.fromEntries(
    Object.entries(env)
      .map(([name, value]): [string, string] => [name.replace(/^SESSION_ENV_/, ""), value])
      .filter(([name]) => name.startsWith("LAKE_")),
  );
}

describe("the names of the lake's buckets", () => {
  it.each(readers)("are told alike on every target: %s, %s", (component, service) => {
    expect(toldIn("dev", component, service)).toEqual({
      LAKE_BRONZE: "bronze",
      LAKE_SILVER: "silver",
      LAKE_GOLD: "gold",
    });
    expect(toldIn("prod", component, service)).toEqual({
      LAKE_BRONZE: "prod-bronze-datalab-example-com",
      LAKE_SILVER: "prod-silver-datalab-example-com",
      LAKE_GOLD: "prod-gold-datalab-example-com",
    });
  });

  it("are on AWS those that the task may use", () => {
    const policies = resourcesOf(synthesiseNamed("prod").stacks, "aws_iam_role_policy");
    for (const [component, service] of readers) {
      for (const name of Object.values(toldIn("prod", component, service))) {
        expect(policies[service]?.["policy"]).toContain(`"arn:aws:s3:::${name}/*"`);
      }
    }
  });

  it("stand in no example or guide, which would work on one target only", () => {
    const written = new RegExp(String.raw`s3a?://(${lakeBuckets.join("|")})\b`);
    const files = ["docs", "docs/components/parts", "workloads"].flatMap((folder) =>
      readdirSync(join(projectFolder(), folder), { recursive: folder === "workloads", encoding: "utf8" })
        .map((name) => join(projectFolder(), folder, name))
        .filter((file) => statSync(file).isFile()),
    );
    expect(files.filter((file) => written.test(readFileSync(file, "utf8")))).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
  });
});
