import { Mlflow } from "../constructs/components/mlflow";
import type { PlatformStack } from "../constructs/core/platform-stack";
import type { CoreRoles } from "../constructs/core/roles";

/** What models are made and kept with. */
export function buildMl(stack: PlatformStack, { objectStore, sql }: CoreRoles): void {
  new Mlflow(stack, { objectStore, sql });
}
