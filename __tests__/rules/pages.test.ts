import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { componentNames } from "../../config/components";
import { projectFolder } from "../../constructs/core/project";
import { generatedPages, pagesFolder } from "../../docs/generator/pages";
import { partFile, partOf } from "../../docs/generator/parts";

const top = projectFolder();

describe("generated pages", () => {
  const pages = generatedPages();

  it("are as the sources make them", () => {
    const stale = [...pages].filter(([path, text]) => {
      const file = join(top, path);
      return !existsSync(file) || readFileSync(file, "utf8") !== text;
    });
    // The message is what a person sees, so it says what to do.
    expect({ stale: stale.map(([path]) => path), remedy: "npm run docs" }).toEqual({
      stale: [],
      remedy: "npm run docs",
    });
  });

  it("are all of what lies in their folder", () => {
    const found = readdirSync(join(top, pagesFolder)).filter((name) => name.endsWith(".md"));
    expect(found.map((name) => `${pagesFolder}/${name}`).filter((path) => !pages.has(path))).toEqual([]);
  });

  it("lead from an alert's name to its runbook", () => {
    const page = pages.get(`${pagesFolder}/postgres.md`) ?? "";
    expect(page).toContain("\n### PostgresDown\n\n**critical**: ");
  });

  it("list the keys of a component's own configuration with their comments", () => {
    const page = pages.get(`${pagesFolder}/spark.md`) ?? "";
    expect(page).toMatch(/^\| `spark\.workers\.count` +\| Number of workers; .*Default 3\. +\|$/m);
    expect(page).toMatch(/^\| `spark\.workers\.min`, `spark\.workers\.max` +\| Bounds of autoscaling/m);
  });

  it("tell which services a rotation replaces, and which steps it runs again", () => {
    const page = pages.get(`${pagesFolder}/mlflow.md`) ?? "";
    expect(page).toMatch(
      /^\| `mlflow\.mlflow-database-password` .* runs `postgres-database-mlflow` again and replaces `mlflow` +\|$/m,
    );
  });
});

describe.each(componentNames)("the hand-written part of %s's page", (name) => {
  const { title, introduction, sections } = partOf(name);

  it(`says what it is, how it is used first, and what an upgrade takes (${partFile(name)})`, () => {
    expect(introduction.length).toBeGreaterThan(0);
    expect(title).not.toBe("");
    const headings = sections.map((text) => text.split("\n")[0]);
    expect(headings).toEqual(expect.arrayContaining(["## First use", "## Upgrade notes"]));
    expect(sections.find((text) => text.startsWith("## First use"))).toContain("```sh\n");
  });
});
