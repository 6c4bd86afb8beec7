import { type GroupName, groupNames } from "../config/components";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import { buildMl } from "./ml";
import { buildProcessing } from "./processing";

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
};

/** The groups beside core, each after those that it may use. Whatever order a configuration names them in, this one holds. */
export const groups: readonly Group[] = groupNames.flatMap((name) =>
  name === "core" ? [] : [{ name, build: builders[name] }],
);
