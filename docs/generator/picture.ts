import { componentNames, groupNames, groupOf, needsOf } from "../../config/components";
import { partOf } from "./parts";

/** Everything is registered there, so that a line from each would hide the others. */
const usedByAll = "consul";

/** The components in their groups, each with lines to those that it stands on. */
export function picture(): string {
  const groups = groupNames.map((group) => {
    const members = componentNames.filter((name) => groupOf(name) === group);
    return [`  subgraph ${group}`, ...members.map((name) => `    ${name}["${partOf(name).title}"]`), "  end"].join(
      "\n",
    );
  });
  const lines = componentNames.flatMap((name) =>
    needsOf(name)
      .filter((need) => need !== usedByAll)
      .map((need) => `  ${name} --> ${need}`),
  );
  return ["```mermaid", "flowchart LR", ...groups, ...lines, "```"].join("\n");
}
