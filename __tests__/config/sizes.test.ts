import { sizeNames } from "../../config/sizes";
import type { EnvironmentInput } from "../../config/schema";
import { replicaNames } from "../../constructs/core/component-record";
import { printExpr } from "../../constructs/core/print";
import { toExpr } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";
import { Spark } from "../../constructs/components/spark";
import { synthesiseInput } from "../support/synth";

const small = { name: "lab", target: "docker", size: "small" } as const satisfies EnvironmentInput;

/** Limits of all services of an environment, and of what they make themselves, in MiB. */
function limits(input: EnvironmentInput): number {
  return synthesiseInput(input)
    .environment.components.flatMap(({ services }) => services)
    .reduce((sum, service) => {
      const { resources, spawns } = service.spec;
      const made = spawns ? spawns.memoryMiB * spawns.most : 0;
      return sum + resources.memoryMiB * replicaNames(service).length + made;
    }, 0);
}

function specOf(input: EnvironmentInput, name: string): ServiceSpec {
  const services = synthesiseInput(input).environment.components.flatMap((component) => component.services);
  const found = services.find((service) => service.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.spec;
}

describe("a small environment", () => {
  it("has core, processing and ml in 8 GiB of limits", () => {
    expect(limits({ ...small, groups: ["core", "processing", "ml"] })).toBeLessThanOrEqual(8 * 1024);
  });

  it("has everything in 12 GiB of limits, a notebook included", () => {
    expect(limits(small)).toBeLessThanOrEqual(12 * 1024);
  });

  it("has room for each task that Airflow's scheduler may run", () => {
    const memory = (airflow: EnvironmentInput["airflow"]): number =>
      specOf({ ...small, ...(airflow ? { airflow } : {}) }, "airflow-scheduler").resources.memoryMiB;
    expect(memory({ parallelism: 5 }) - memory(undefined)).toBe(3 * 128);
  });
});

it.each(sizeNames)("gives executors the memory without which Spark refuses them, with size %s", (size) => {
  const spark = synthesiseInput({ ...small, size }).environment.components.find((one) => one instanceof Spark);
  // 450 MiB: UnifiedMemoryManager.getMaxMemory.
  expect(parseInt(printExpr(toExpr(spark?.properties["spark.executor.memory"] ?? "")), 10)).toBeGreaterThanOrEqual(450);
});
