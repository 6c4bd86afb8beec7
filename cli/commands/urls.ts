import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import type { EnvironmentDescription } from "../model/description";
import { membersOf } from "../model/members";
import { table } from "../output/table";
import { openEnvironment } from "../open-environment";

/** One published endpoint as `urls --json` prints it. */
export interface UrlEntry {
  readonly component: string;
  readonly endpoint: string;
  readonly group: string;
  readonly url: string;
  /** Address of the page for a person, or null where there is none. */
  readonly page: string | null;
}

/** `datalab urls [names…]`: addresses of what is published. */
export function run(invocation: Invocation): ExitCode {
  const { environment } = openEnvironment(invocation);
  const meant = membersOf(environment, invocation.args);
  const urls = publishedUrls(environment).filter(({ component }) => meant.has(component));
  if (invocation.terminal.json) invocation.terminal.printJson({ environment: environment.name, urls });
  else {
    const { bold, cyan } = invocation.terminal.colours;
    invocation.terminal.print(
      table([
        ["COMPONENT", "ENDPOINT", "GROUP", "ADDRESS"].map(bold),
        ...urls.map(({ component, endpoint, group, url, page }) => [component, endpoint, group, cyan(page ?? url)]),
      ]),
    );
  }
  return 0;
}

/** The published endpoints of an environment. */
export function publishedUrls(environment: EnvironmentDescription): UrlEntry[] {
  return environment.components.flatMap(({ name: component, group, endpoints }) =>
    endpoints.flatMap(({ name, url, page }) =>
      url === undefined ? [] : [{ component, endpoint: name, group, url, page: page ?? null }],
    ),
  );
}
