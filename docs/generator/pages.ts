import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { componentPage } from "./component-page";
import { withTextBetween } from "./markdown";
import { picture } from "./picture";
import { documentedPlatform, type Platform, subjectsOf } from "./platform";
import { awsTable, servicesTable } from "./tables";

/** Where the pages lie, below the repository. The folder holds nothing else but the hand-written parts. */
export const pagesFolder = "docs/components";

/** Everything that `npm run docs` writes: texts by their paths below the repository. */
export function generatedPages(): ReadonlyMap<string, string> {
  const platform = documentedPlatform();
  const pages = subjectsOf(platform).map(
    (subject) => [`${pagesFolder}/${subject.name}.md`, componentPage(subject)] as const,
  );
  const index = `<!-- Written by \`npm run docs\`. -->\n\n# Components\n\n${servicesTable(platform, "")}\n`;
  return new Map([
    ...pages,
    [`${pagesFolder}/README.md`, index],
    ["README.md", readme(platform)],
    ["docs/aws.md", withTextBetween(readTop("docs/aws.md"), "components", awsTable())],
  ]);
}

function readme(platform: Platform): string {
  const withPicture = withTextBetween(readTop("README.md"), "picture", picture());
  return withTextBetween(withPicture, "components", servicesTable(platform, `${pagesFolder}/`));
}

function readTop(path: string): string {
  return readFileSync(join(projectFolder(), path), "utf8");
}
