import type * as Synthesis from "../support/synth";
import { environmentNames } from "../../config/load";
import { withoutMetadata } from "../support/synth";

/** Synthesises an environment with one of the two libraries in the place of `cdktf`, bindings included. */
function stacksWith(library: "cdktf" | "cdktn", environment: string): unknown {
  let stacks: unknown;
  jest.isolateModules(() => {
    if (library === "cdktn") jest.doMock("cdktf", () => jest.requireActual<object>("cdktn"));
    const { synthesiseNamed } = jest.requireActual<typeof Synthesis>("../support/synth");
    stacks = synthesiseNamed(environment).stacks;
  });
  jest.dontMock("cdktf");
  return stacks;
}

/** The version that a library writes into every stack: shows which one has been at work. */
function generators(stacks: unknown): unknown[] {
  const metadata = (stack: unknown) => (stack as { "//": { metadata: { version: string } } })["//"].metadata.version;
  return [...new Set(Object.values(stacks as object).map(metadata))];
}

describe.each(environmentNames())("cdktn in the place of cdktf, environment %s", (environment) => {
  it("writes the same stacks, byte for byte, but for the version in their metadata", () => {
    const [before, after] = [stacksWith("cdktf", environment), stacksWith("cdktn", environment)];
    expect([generators(before), generators(after)]).toEqual([["0.21.0"], ["0.24.0"]]);
    expect(JSON.stringify(withoutMetadata(after), null, 2)).toBe(JSON.stringify(withoutMetadata(before), null, 2));
  });
});
