import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { generatedPages, pagesFolder } from "./pages";

/** Writes the generated pages, and removes those of components that are gone. */
const top = projectFolder();
const pages = generatedPages();
for (const name of readdirSync(join(top, pagesFolder))) {
  const path = `${pagesFolder}/${name}`;
  if (name.endsWith(".md") && !pages.has(path)) rmSync(join(top, path));
}
for (const [path, text] of pages) writeFileSync(join(top, path), text);
process.stdout.write(`${pages.size} pages written.\n`);
