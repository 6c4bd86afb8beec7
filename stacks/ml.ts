import { hasComponent } from "../config/components";
import { Mlflow } from "../constructs/components/mlflow";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";

/** What models are made and kept with. */
export function buildMl(stack: GroupStack, roles: CoreRoles): void {
  if (hasComponent(stack.environment.config, "mlflow")) new Mlflow(stack, roles);
}
