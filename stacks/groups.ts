import { type GroupName, groupNames } from "../config/components";
import { complain } from "../constructs/core/errors";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import { buildMl } from "./ml";
import { buildMonitoring } from "./monitoring";
import { buildProcessing } from "./processing";
import { buildVisualization } from "./visualization";

/** Puts a group's components into its stack. */
type Build = (stack: GroupStack, roles: CoreRoles) => void;

/** A group that uses what core offers. */
export interface Group {
  readonly name: Exclude<GroupName, "core">;
  readonly build: Build;
}

const builders: Readonly<Record<Group["name"], Build>> = {
  processing: buildProcessing,
  ml: buildMl,
  visualization: buildVisualization,
  monitoring: buildMonitoring,
};

/** The groups beside core, each after those that it may use. Whatever order a configuration names them in, this one holds. */
export const groups: readonly Group[] = withBuilders(groupNames, builders);

/**
 * Gives each group but core its builder. The command compiles sources without looking at types, so that this is seen here.
 *
 * @throws ConfigurationError for a group without one.
 */
export function withBuilders(
  names: readonly GroupName[],
  table: Readonly<Partial<Record<Group["name"], Build>>>,
): Group[] {
  return names.flatMap((name) => {
    if (name === "core") return [];
    const build = table[name];
    if (build) return [{ name, build }];
    throw complain({
      key: `builders.${name} in stacks/groups.ts`,
      given: build,
      allowed: `the function that makes the components of the group ${name}`,
      remedy: `Add it, or take ${name} out of groupNames in config/components.ts; see "Add a group" in README.md.`,
    });
  });
}
