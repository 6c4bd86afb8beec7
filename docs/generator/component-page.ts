import { awsForms } from "../../config/aws-forms";
import { needsOf, usersOf } from "../../config/components";
import { section } from "./markdown";
import { isUpgrade, partFile, partOf } from "./parts";
import { pageLink, type Subject } from "./platform";
import { alerts, dashboard, metrics } from "./sections/observation";
import { addresses, images, services, sizes } from "./sections/running";
import { settings } from "./sections/settings";
import { secrets } from "./sections/secrets";
import { storage } from "./sections/storage";

/** The page of one component. */
export function componentPage(subject: Subject): string {
  const part = partOf(subject.name);
  const blocks = [
    `<!-- Written by \`npm run docs\`. What a person wrote of it is in ${partFile(subject.name)}. -->`,
    `# ${part.title}`,
    part.introduction,
    overview(subject),
    ...part.sections.filter((text) => !isUpgrade(text)),
    section("Services", services(subject), images(subject)),
    section("Addresses", addresses(subject)),
    section("Sizes", sizes(subject)),
    section("Secrets", secrets(subject)),
    section("What it keeps", storage(subject)),
    section("Metrics", metrics(subject)),
    section("Alerts", alerts(subject)),
    section("Dashboard", dashboard(subject)),
    section("Configuration", settings(subject)),
    ...part.sections.filter(isUpgrade),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function overview({ name, record }: Subject): string {
  const needs = needsOf(name).map(pageLink);
  const users = usersOf(name).map(pageLink);
  return [
    `- **Group**: ${record.group}; \`./datalab up ${record.group}\` starts it`,
    `- **Stands on**: ${needs.join(", ") || "nothing"}`,
    `- **Is used by**: ${users.join(", ") || "no other component"}`,
    `- **On AWS**: ${awsWords(name)}`,
  ].join("\n");
}

/** What plays a component's part on AWS, or why nothing does. */
export function awsWords(name: Subject["name"]): string {
  const form = awsForms[name];
  if ("none" in form) return `left out: ${form.none}`;
  return form.how === undefined ? form.as : `${form.as}: ${form.how}`;
}
