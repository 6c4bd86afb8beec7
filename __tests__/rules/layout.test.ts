import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

const top = projectFolder();
const sources = ["config", "constructs", "stacks", "cli"]
  .flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith(".ts"))
  .concat("main.ts")
  .map((path) => ({ path, content: readFileSync(join(top, path), "utf8") }));

/** Paths of the sources that contain a pattern. */
function having(pattern: RegExp): string[] {
  return sources.filter(({ content }) => pattern.test(content)).map(({ path }) => path);
}

describe("layout", () => {
  it("finds the sources", () => {
    expect(sources.length).toBeGreaterThan(40);
  });

  it("reads the process environment in one place, and where child processes are started", () => {
    for (const path of having(/process\.env\b/))
      expect(path).toMatch(/^(main\.ts|config\/default-environment\.ts|cli\/.*)$/);
  });

  it("never lets a component ask which target it is on", () => {
    for (const path of having(/\btarget === /)) expect(path).not.toMatch(/^constructs\/components\//);
  });

  it("looks for files from the repository's top, because compiled code lies elsewhere than they do", () => {
    expect(having(/__dirname/).sort()).toEqual(["config/environment-files.ts", "constructs/core/project.ts"]);
  });

  it("keeps component files under 150 lines", () => {
    const long = sources.filter(
      ({ path, content }) => path.startsWith("constructs/components/") && content.split("\n").length > 150,
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it.each(readdirSync(join(top, "images")))("keeps what tools leave behind out of the build of %s", (image) => {
    const rules = readFileSync(join(top, "images", image, ".dockerignore"), "utf8").split("\n");
    expect(rules).toEqual(expect.arrayContaining([".dockerignore", "**/.DS_Store", "**/__pycache__", "**/*.pyc"]));
  });

  it("sets no baseUrl, which would put our constructs folder in front of the package", () => {
    expect(readFileSync(join(top, "tsconfig.json"), "utf8")).not.toContain("baseUrl");
  });

  it("keeps main.ts under 40 lines", () => {
    expect(sources.find(({ path }) => path === "main.ts")?.content.split("\n").length).toBeLessThan(40);
  });

  it("spreads no row of a table over two", () => {
    const pages = [
      "README.md",
      ...readdirSync(join(top, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name)),
    ];
    const split = pages
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) =>
        readFileSync(join(top, path), "utf8")
          .split("\n")
          .filter((line) => /^\s*\|\s+\|/.test(line))
          .map((line) => `${path}: ${line}`),
      );
    expect(split).toEqual([]);
  });
});
