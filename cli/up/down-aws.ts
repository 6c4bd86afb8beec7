import { refuseParts } from "../model/names";
import { groupsOf, stacksOn } from "../model/select";
import type { Terminal } from "../output/terminal";
import type { OpenEnvironment } from "../open-environment";
import type { Confirmation } from "./confirm";
import type { DestroyResult } from "./destroy";
import type { DownResult } from "./down";
import { removeFromAws } from "./remove-aws";

/**
 * Removes groups of an AWS environment and all that stands on these; the foundation with its secrets stays.
 *
 * @param groups Default: all
 */
export async function downAws(
  opened: OpenEnvironment,
  groups: readonly string[],
  confirmation: Confirmation,
  terminal: Terminal,
): Promise<DownResult> {
  const { environment } = opened;
  refuseParts(environment, groups, "down");
  const stacks = stacksOn(environment, groups);
  const command = ["datalab down", ...groups, `--env ${environment.name}`].join(" ");
  const removal = {
    opened,
    stacks,
    command,
    confirmation,
    stays: `The foundation of ${environment.name} stays, with network, images and secrets.`,
    remedy: "Name the groups that hold no protected data: ./datalab down GROUPS… (docs/aws.md, Data).",
  };
  const removed = await removeFromAws(removal, terminal);
  terminal.note(
    removed.length === 0
      ? `Environment ${environment.name}: nothing of ${groupsOf(stacks).join(", ")} was there`
      : `Environment ${environment.name}: ${groupsOf(stacks).join(", ")} removed; ./datalab up --env ${environment.name} recreates it`,
  );
  return { environment: environment.name, groups: groupsOf(stacks), components: [], removed };
}

/** Removes everything of an AWS environment, data and secrets included. */
export async function destroyAws(
  opened: OpenEnvironment,
  confirmation: Confirmation,
  terminal: Terminal,
): Promise<DestroyResult> {
  const { environment } = opened;
  const removal = {
    opened,
    stacks: environment.stacks,
    command: `datalab destroy --data --env ${environment.name}`,
    confirmation,
    stays: "Data and secrets go as well.",
    remedy: `Protections are lifted by an up with dataDeletion: "allowed": ./datalab up --env ${environment.name}, then destroy again.`,
  };
  const resources = await removeFromAws(removal, terminal);
  terminal.note(`Environment ${environment.name} is gone, data included.`);
  return { environment: environment.name, removed: { resources } };
}
