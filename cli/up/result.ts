import type { EnvironmentDescription } from "../model/description";
import { type ChosenStack, containersOf, groupsOf, namesOf } from "../model/select";
import { durationText } from "../output/duration";
import { table } from "../output/table";
import type { Colours } from "../output/terminal";

/** What `up --json` prints. */
export interface UpResult {
  readonly environment: string;
  /** Groups of which something is meant. */
  readonly groups: readonly string[];
  /** What is meant: groups, and components where only a part of their group is. */
  readonly names: readonly string[];
  /** False when everything was as described already. */
  readonly changed: boolean;
  readonly seconds: number;
  readonly urls: readonly Page[];
}

interface Page {
  readonly component: string;
  readonly endpoint: string;
  readonly url: string;
}

export function resultJson(
  environment: EnvironmentDescription,
  stacks: readonly ChosenStack[],
  changed: boolean,
  seconds: number,
): UpResult {
  return {
    environment: environment.name,
    groups: groupsOf(stacks),
    names: namesOf(environment, stacks),
    changed,
    seconds: Math.round(seconds * 10) / 10,
    urls: pages(environment, stacks),
  };
}

/** The last lines of `up`: that it is up, where, and with which log-ins. */
export function resultText(
  environment: EnvironmentDescription,
  stacks: readonly ChosenStack[],
  changed: boolean,
  seconds: number,
  colours: Colours,
): string {
  const { name } = environment;
  const option = name === "dev" ? "" : ` --env ${name}`;
  const open = pages(environment, stacks);
  const spent = seconds < 60 ? `${seconds.toFixed(1)} s` : durationText(seconds);
  const head = changed ? `is up (${spent})` : `is up, nothing to change (${spent})`;
  return [
    colours.green(`Environment ${name} ${head}: ${namesOf(environment, stacks).join(", ")}`),
    "",
    table(
      open.map((page) => [label(page, open), colours.cyan(page.url)]),
      "  ",
    ),
    "",
    // State and log-ins of other targets are with the targets' own tools.
    environment.target === "docker"
      ? `Log-ins: ./datalab credentials${option}    State: ./datalab status${option}    All addresses: ./datalab urls${option}`
      : `All addresses: ./datalab urls${option}`,
  ].join("\n");
}

function pages(environment: EnvironmentDescription, stacks: readonly ChosenStack[]): Page[] {
  const groups = stacks.flatMap(({ group, part }) => (part === undefined ? (group ?? []) : []));
  const meant = new Set(containersOf(environment, stacks).map(({ component }) => component));
  return environment.components
    .filter(({ group, name }) => groups.includes(group) || meant.has(name))
    .flatMap(({ name: component, endpoints }) =>
      endpoints.flatMap(({ name: endpoint, page: url }) => (url === undefined ? [] : [{ component, endpoint, url }])),
    );
}

/** What is in front of an address: the component, and where it has several pages, which one. */
function label({ component, endpoint }: Page, all: readonly Page[]): string {
  return all.filter((other) => other.component === component).length > 1 ? `${component} ${endpoint}` : component;
}
