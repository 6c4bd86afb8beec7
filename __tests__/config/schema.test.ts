import { checkEnvironment, environmentNames, loadEnvironment } from "../../config/load";
import { buildEnvironment } from "../../stacks/environment";
import { App } from "cdktf";

const base = { name: "lab", target: "docker" } as const;

/** The message that a configuration gives, whether the schema or the components refuse it. */
function complaintOf(input: unknown): string {
  try {
    buildEnvironment(new App(), checkEnvironment("lab", input));
  } catch (error) {
    expect((error as Error).name).toBe("ConfigurationError");
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("configuration", () => {
  it("accepts every environment of the repository", () => {
    expect(environmentNames()).toEqual(["dev", "staging", "prod"]);
    for (const name of environmentNames()) expect(loadEnvironment(name).name).toBe(name);
  });

  it("names the environments there are when there is no such one", () => {
    expect(() => loadEnvironment("test")).toThrow(
      'environment (--env or DATALAB_ENV): given "test"; allowed: dev, staging, prod. Choose one of these, or add config/environments/<name>.ts.',
    );
  });

  it.each<[string, object, string | RegExp]>([
    [
      "an unknown key",
      { ...base, prots: {} },
      'lab: given "prots"; allowed: bindAddress, dataDeletion, groups, imageRegistry, kafka, name, operatorHost, portOffset, ports, sizes, spark, target. Correct or remove the unknown key.',
    ],
    [
      "an unknown nested key",
      { ...base, kafka: { broker: 3 } },
      'lab.kafka: given "broker"; allowed: brokers. Correct or remove the unknown key.',
    ],
    [
      "an unknown key of a size",
      { ...base, sizes: { minio: { memory: 1 } } },
      'lab.sizes.minio: given "memory"; allowed: cpus, memoryMiB, reservedCpus, reservedMemoryMiB. Correct or remove the unknown key.',
    ],
    [
      "a wrong type",
      { ...base, portOffset: "20" },
      'lab.portOffset: given "20"; allowed: a number. Correct the value.',
    ],
    [
      "a value out of range",
      { ...base, portOffset: 70_000 },
      "lab.portOffset: given 70000; allowed: 50000 or less. Correct the value.",
    ],
    [
      "two brokers",
      { ...base, kafka: { brokers: 2 } },
      "lab.kafka.brokers: given 2; allowed: 1, 3. Correct the value.",
    ],
    [
      "an unknown group",
      { ...base, groups: ["core", "ai"] },
      'lab.groups.1: given "ai"; allowed: core, processing, ml. Correct the value.',
    ],
    [
      "groups without core",
      { ...base, groups: ["ml"] },
      'lab.groups: given ["ml"]; allowed: `core` must be among the groups, because the others use it. Correct the value.',
    ],
    [
      "an unknown component",
      { ...base, sizes: { mino: { cpus: 1 } } },
      /^lab\.sizes: given "mino"; allowed: consul, .*, redis.* There is no such component or service; correct the name or remove the entry\.$/,
    ],
    [
      "an unknown endpoint",
      { ...base, ports: { "minio.s3": 9000 } },
      /^lab\.ports: given "minio\.s3"; allowed: .*minio\.api.* There is no such published endpoint/,
    ],
    [
      "too little memory",
      { ...base, sizes: { kafka: { memoryMiB: 100 } } },
      "lab.sizes.kafka.memoryMiB: given 100; allowed: 768 or more. kafka does not start with less; raise the value or remove it.",
    ],
    [
      "a port twice",
      { ...base, ports: { "minio.console": 9000 } },
      'lab.ports["minio.console"]: given 9000; allowed: a port that no other endpoint has (minio.api has this one). Give minio.console or minio.api another port.',
    ],
  ])("refuses %s", (_what, input, message) => {
    expect(complaintOf(input)).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });

  it("reports everything that is wrong at once", () => {
    expect(complaintOf({ ...base, portOffset: -1, kafka: { brokers: 5 } }).split("\n")).toHaveLength(2);
  });

  it("asks for the target first", () => {
    expect(complaintOf({ name: "lab", target: "azure" })).toContain('lab.target: given "azure"');
  });
});
