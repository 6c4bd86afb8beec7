import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

/** What a person wrote of a component: its title, what it is, and sections. */
export interface Part {
  readonly title: string;
  readonly introduction: string;
  /** Each with its heading. */
  readonly sections: readonly string[];
}

/** Where the hand-written part of a component's page lies, below the repository. */
export function partFile(component: string): string {
  return `docs/components/parts/${component}.md`;
}

/** The hand-written part; without one the page has the component's name and what is generated. */
export function partOf(component: string): Part {
  const file = join(projectFolder(), partFile(component));
  if (!existsSync(file)) return { title: component, introduction: "", sections: [] };
  const [head = "", ...sections] = readFileSync(file, "utf8")
    // Links in a part lead from where the part lies; its page lies one folder higher.
    .replaceAll("](../", "](")
    .trim()
    .split(/\n(?=## )/);
  const [title = "", ...introduction] = head.split("\n");
  return {
    title: title.replace(/^# /, ""),
    introduction: introduction.join("\n").trim(),
    sections: sections.map((text) => text.trim()),
  };
}

/** The page's section that comes last, because it is read when something changes. */
export function isUpgrade(section: string): boolean {
  return section.startsWith("## Upgrade");
}
