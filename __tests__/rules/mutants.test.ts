import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { mutants } from "../../mutations/mutants";

describe("mutants", () => {
  it.each(mutants)("$id: its place is there, and the tests that must notice it", ({ file, search, tests }) => {
    expect(readFileSync(join(projectFolder(), file), "utf8").split(search)).toHaveLength(2);
    expect(existsSync(join(projectFolder(), tests))).toBe(true);
  });
});
