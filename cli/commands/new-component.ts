import { loadEnvironment } from "../../config/load";
import { projectFolder } from "../../constructs/core/project";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { build } from "../model/build";
import { checkAgainst } from "../new/check-names";
import { planComponent } from "../new/plan-component";
import { componentRequest } from "../new/request";
import { writeSources } from "../new/write-sources";

/** What makes the new files golden, and shows that everything fits. */
const next = "npm run format && npm run docs && npm test -- -u && npm run check";

/** `datalab new component NAME`: writes a component's files, and the lines that make it part of its group. */
export function run({ args, options, terminal }: Invocation): ExitCode {
  const request = componentRequest(args[0] ?? "", options);
  const top = projectFolder();
  const changes = planComponent(top, request);
  for (const environment of build().environments) {
    const config = loadEnvironment(environment.name);
    checkAgainst(environment, config.target === "docker" ? config.portOffset : 0, request);
  }
  writeSources(top, changes);
  const { name } = request;
  const written = changes.map(({ path, before }) => ({ path, made: before === undefined }));
  if (terminal.json) terminal.printJson({ component: name, written, next });
  else {
    terminal.print(
      [
        ...written.map(({ path, made }) => `${made ? "made" : "edited"}  ${path}`),
        "",
        `Say in constructs/components/${name}.ts what it uses, keeps and how it is observed; docs/model.md has the words.`,
        `Then, to take it into the golden files and check it all: ${next}`,
      ].join("\n"),
    );
  }
  return 0;
}
