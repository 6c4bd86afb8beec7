import { Mlflow } from "../constructs/components/mlflow";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";

/** What models are made and kept with. */
export function buildMl(stack: GroupStack, { objectStore, sql }: CoreRoles): void {
  new Mlflow(stack, { objectStore, sql });
}
