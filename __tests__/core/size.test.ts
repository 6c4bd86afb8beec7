import type { EnvironmentInput } from "../../config/schema";
import { sizeNames } from "../../config/sizes";
import { limitsOf } from "../../constructs/core/size";
import { synthesiseInput } from "../support/synth";

const lab = { name: "lab", target: "docker" } as const satisfies EnvironmentInput;

function specOf(input: EnvironmentInput, name: string) {
  const services = synthesiseInput(input).environment.components.flatMap((component) => component.services);
  const found = services.find((service) => service.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.spec;
}

describe("the size of an environment", () => {
  const stated = { cpus: 1, memoryMiB: 512, minimumMemoryMiB: 256, reservedMemoryMiB: 400 };
  const resources = { ...stated, small: { memoryMiB: 320, minimumMemoryMiB: 192 }, large: { cpus: 2 } };

  it("changes what a component states for it, and nothing else", () => {
    expect(limitsOf(resources, "medium")).toEqual(stated);
    expect(limitsOf(resources, "large")).toEqual({ ...stated, cpus: 2 });
    expect(limitsOf(stated, "small")).toEqual(stated);
  });

  it("lowers a reservation for which its limit leaves no room", () => {
    expect(limitsOf(resources, "small")).toEqual({
      cpus: 1,
      memoryMiB: 320,
      minimumMemoryMiB: 192,
      reservedMemoryMiB: 320,
    });
  });

  it("is medium where nothing is said", () => {
    expect(specOf(lab, "kafka").resources).toEqual(specOf({ ...lab, size: "medium" }, "kafka").resources);
  });

  it("leaves the last word to sizes", () => {
    const input = { ...lab, size: "small", sizes: { minio: { cpus: 2 } } } as const;
    expect(specOf(input, "minio").resources).toMatchObject({ cpus: 2, memoryMiB: 512 });
    expect(() => specOf({ ...lab, size: "large", sizes: { kafka: { memoryMiB: 1024 } } }, "kafka")).toThrow(
      "lab.sizes.kafka.memoryMiB: given 1024; allowed: 1536 or more. kafka does not start with less;",
    );
  });

  it("makes settings follow limits", () => {
    const heaps = sizeNames.map((size) => specOf({ ...lab, size }, "kafka").env["KAFKA_HEAP_OPTS"]);
    expect(heaps).toEqual(["-Xms192m -Xmx256m", "-Xms384m -Xmx512m", "-Xms1g -Xmx1g"]);
  });

  it("gives Spark's workers what the file leaves open", () => {
    const small = { ...lab, size: "small" } as const;
    expect(specOf(small, "spark-worker")).toMatchObject({ replicas: 1, resources: { memoryMiB: 984 } });
    const more = specOf({ ...small, spark: { workers: { count: 4 } } }, "spark-worker");
    expect(more).toMatchObject({ replicas: 4, resources: { memoryMiB: 984 } });
  });
});
