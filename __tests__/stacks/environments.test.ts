import { join } from "node:path";
import { environmentNames } from "../../config/load";
import { differences, renamed } from "../support/difference";
import { expectGolden } from "../support/golden";
import { forReview } from "../support/for-review";
import { type StackJson, synthesiseNamed, withoutMetadata } from "../support/synth";

const golden = join(__dirname, "golden");
/** On the same target, so that of the second environment only what is different has to be read. */
const [whole, other] = ["dev", "staging"];

const reviewed = (stack: StackJson | undefined): unknown => forReview(withoutMetadata(stack));

function allReviewed(stacks: Readonly<Record<string, StackJson>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(stacks).map(([name, stack]) => [name, reviewed(stack)]));
}

const synthesised = Object.fromEntries(environmentNames().map((name) => [name, synthesiseNamed(name)]));

interface Container {
  readonly name: string;
  readonly ports?: { readonly ip: string; readonly external: number; readonly protocol: string }[];
}

function containersOf(stack: StackJson): Container[] {
  return Object.values(stack.resource?.["docker_container"] ?? {}) as unknown as Container[];
}

describe.each(Object.entries(synthesised))("environment %s", (name, { stacks, manifest }) => {
  it("has these stacks, each after those that it needs", () => {
    const order = Object.fromEntries(
      Object.entries(manifest.stacks).map(([stack, entry]) => [stack, entry.dependencies]),
    );
    expect(order).toMatchSnapshot();
  });

  it("publishes these ports", () => {
    const ports = Object.values(stacks)
      .flatMap(containersOf)
      .flatMap((container) =>
        (container.ports ?? []).map(({ ip, external, protocol }) => `${ip}:${external}/${protocol} ${container.name}`),
      );
    expect(ports.sort()).toMatchSnapshot();
  });

  it("keeps data in these volumes", () => {
    const volumes = Object.values(stacks).flatMap((stack) => Object.values(stack.resource?.["docker_volume"] ?? {}));
    expect(volumes.map((volume) => volume["name"]).sort()).toMatchSnapshot();
  });

  it("gives no two containers of all stacks one name, which the engine would refuse", () => {
    const names = Object.values(stacks).flatMap((stack) => containersOf(stack).map((container) => container.name));
    expect(names.filter((one, index) => names.indexOf(one) !== index)).toEqual([]);
  });

  if (name === other) {
    it(`synthesises ${whole} under another name, apart from what was reviewed`, () => {
      const was = renamed(allReviewed(synthesised[whole]?.stacks ?? {}), whole, other);
      expectGolden(join(golden, `${other}.json`), differences(was, allReviewed(stacks)));
    });
  } else {
    it.each(Object.keys(stacks))("synthesises %s as reviewed", (stack) => {
      expectGolden(join(golden, `${stack}.json`), reviewed(stacks[stack]));
    });
  }

  it("synthesises the same each time", () => {
    expect(synthesiseNamed(name).stacks).toEqual(stacks);
  });
});
