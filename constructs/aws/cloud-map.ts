import type { ServiceRegistry } from "../core/roles";

/** Service Connect registers every service in Cloud Map by itself, and services use plain host names. */
export class CloudMap implements ServiceRegistry {
  readonly address = undefined;

  register(): void {
    // Done by ECS, with each service.
  }
}
