import { awsForms } from "../../config/aws-forms";
import { componentNames, groupNames, groupOf } from "../../config/components";
import { code, table } from "./markdown";
import { partOf } from "./parts";
import type { Platform, Subject } from "./platform";
import { awsWords } from "./component-page";

const inOrder = [...componentNames].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

function rank(name: Subject["name"]): number {
  return groupNames.indexOf(groupOf(name));
}

/**
 * All components, by group.
 *
 * @param pages where their pages lie, seen from the table
 */
export function servicesTable({ description }: Platform, pages: string): string {
  return table(
    ["service", "group", "address on the host (dev)", "log-in", "on AWS"],
    inOrder.map((name) => {
      const component = description.components.find((one) => one.name === name);
      const addresses = (component?.endpoints ?? []).flatMap(({ page, url, port, name: endpoint, scheme }) => {
        if (page !== undefined) return [`<${page}>`];
        if (port === undefined) return [];
        return [`${endpoint} at ${code(scheme.startsWith("http") && url !== undefined ? url : `localhost:${port}`)}`];
      });
      const form = awsForms[name];
      return [
        `[${partOf(name).title}](${pages}${name}.md)`,
        groupOf(name),
        [...new Set(addresses)].join(", ") || "inside the platform only",
        [...new Set((component?.logins ?? []).map(({ user }) => code(user)))].join(", ") || "none",
        "none" in form ? "left out" : form.as,
      ];
    }),
  );
}

/** What becomes of each component on AWS. */
export function awsTable(): string {
  return table(
    ["component", "on AWS"],
    inOrder.map((name) => [`[${partOf(name).title}](components/${name}.md)`, awsWords(name)]),
  );
}
