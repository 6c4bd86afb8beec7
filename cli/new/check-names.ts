import { complain } from "../../constructs/core/errors";
import type { EnvironmentDescription } from "../model/description";
import { type ComponentRequest, nameTaken } from "./request";

/**
 * Sees that neither the name nor the port is taken in an environment.
 *
 * @throws ConfigurationError with who has it.
 */
export function checkAgainst(environment: EnvironmentDescription, portOffset: number, request: ComponentRequest): void {
  const { name, operatorPort } = request;
  for (const { name: component, services, endpoints } of environment.components) {
    if (component === name || services.some((service) => service.name === name)) {
      throw nameTaken(name, `${component} in environment ${environment.name} has it`);
    }
    const twin = endpoints.find(({ port }) => operatorPort !== undefined && port === operatorPort + portOffset);
    if (twin) {
      throw complain({
        key: "--publish",
        given: operatorPort,
        allowed: `ports that no other component is published at, and ${twin.id} has this one`,
        remedy: "Choose another port; the one inside the platform may be the same.",
      });
    }
  }
}
