import type { PlatformStack } from "../constructs/core/platform-stack";
import type { CoreRoles } from "../constructs/core/roles";

export function buildProcessing(_stack: PlatformStack, _roles: CoreRoles): void {}
