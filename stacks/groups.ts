import type { GroupName } from "../config/schema";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import { buildMl } from "./ml";
import { buildProcessing } from "./processing";

/** A group that uses what core offers. */
export interface Group {
  readonly name: Exclude<GroupName, "core">;
  /** Puts its components into its stack. */
  readonly build: (stack: GroupStack, roles: CoreRoles) => void;
}

/** The groups beside core, each after those that it may use. Whatever order a configuration names them in, this one holds. */
export const groups: readonly Group[] = [
  { name: "processing", build: buildProcessing },
  { name: "ml", build: buildMl },
];
