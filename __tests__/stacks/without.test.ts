import type { EnvironmentInput } from "../../config/schema";
import { addressesOf, synthesiseInput } from "../support/synth";

const lab: EnvironmentInput = { name: "lab", target: "docker", groups: ["core"] };

function containersWithout(...without: string[]): string[] {
  const input = { ...lab, components: { without } } as EnvironmentInput;
  const { stacks } = synthesiseInput(input);
  const core = stacks["lab-core"];
  if (!core) throw new Error("there is no core");
  return addressesOf(core).filter((address) => address.startsWith("docker_container."));
}

describe("a component that is switched off", () => {
  it.each([["kafka-ui"], ["redis"]])("is not made: %s", (name) => {
    expect(containersWithout()).toContain(`docker_container.${name}`);
    const left = containersWithout(name);
    expect(left.filter((address) => address.includes(name))).toEqual([]);
    expect(left).toContain("docker_container.postgres");
  });

  it("goes with what uses it", () => {
    const left = containersWithout("kafka-ui", "kafka");
    expect(left.filter((address) => address.includes("kafka"))).toEqual([]);
  });

  it("stays where something uses it", () => {
    expect(() => containersWithout("kafka")).toThrow(/lab\.components\.without\[0\]: given "kafka".*kafka-ui/);
  });
});
