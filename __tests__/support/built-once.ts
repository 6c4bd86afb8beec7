import type { Built } from "../../cli/model/build";

const built = new Map<string, Built>();

// To be imported before anything of cli. Sources stay the same in a test file, and with them what they describe.
jest.mock("../../cli/model/build", () => {
  const real = jest.requireActual<typeof import("../../cli/model/build")>("../../cli/model/build");
  return {
    build: (names?: readonly string[]): Built => {
      const key = JSON.stringify(names ?? null);
      const known = built.get(key) ?? real.build(names);
      built.set(key, known);
      return known;
    },
  };
});
