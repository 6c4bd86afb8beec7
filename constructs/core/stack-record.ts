import type { StackFacts } from "./facts";

/** What an environment knows of one of its stacks. */
export interface StackRecord {
  /** `<environment>-<part>`. */
  readonly id: string;
  readonly kind: "foundation" | "images" | "group";
  /** The group that it belongs to; the foundation belongs to none. */
  readonly group: string | undefined;
  /** Ids of the stacks that are applied first. */
  readonly appliedAfter: readonly string[];
  /** What it holds that commands need to know. */
  readonly facts: StackFacts;
}
