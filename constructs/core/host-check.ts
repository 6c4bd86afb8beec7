import type { ComponentRecord, Service } from "./component-record";
import { engineModes } from "./host-access";
import { refuse } from "./refusal";
import { usesOfService } from "./uses";

/**
 * Refuses host access that says more, or less, than the service does, and spawned containers that nobody could tell
 * from others.
 *
 * @param componentNamed finds the component that a reference leads to
 * @throws ConfigurationError for the first such field.
 */
export function checkHost(
  environment: string,
  service: Service,
  componentNamed: (name: string) => ComponentRecord,
): void {
  const { name, component, spec } = service;
  const { host = [], spawns } = spec;
  const refusal = (field: string, reason: string, remedy: string): Error =>
    refuse({ environment, component: component.name, field: `${field} of ${name}`, reason, remedy });

  const stated = engineModes(host);
  const used = new Set(usesOfService(service).endpoints.flatMap(({ owner }) => componentNamed(owner).engineMode ?? []));
  const silent = [...used].find((mode) => !stated.includes(mode));
  if (silent !== undefined) {
    throw refusal("host", `it uses the engine and does not say so`, `Add "engine-${silent}" to it.`);
  }
  const idle = stated.find((mode) => !used.has(mode));
  if (idle !== undefined) {
    throw refusal(
      "host",
      `it states "engine-${idle}" and uses no address of the engine`,
      `Hand over what \`roles.engine.access(this, "${idle}")\` gives, or leave it out.`,
    );
  }
  if (host.includes("host-metrics") && !/^[1-9]/.test(spec.user ?? "0")) {
    throw refusal(
      "host",
      '"host-metrics" shows it every file of the machine that its account may read, and it may be root',
      "Set `user` to a numeric account other than 0, for example 65534:65534.",
    );
  }
  if ((host.includes("host-metrics") || host.includes("container-logs")) && (spec.capabilities ?? []).length > 0) {
    throw refusal("capabilities", "with folders of the host in it, a service keeps none", "Leave them out.");
  }
  if (spawns === undefined) return;
  if (!stated.includes("spawn")) {
    throw refusal("spawns", "it makes containers and has no engine to do so", 'Add "engine-spawn" to `host`.');
  }
  if (component.services.some((other) => other.name === spawns.name)) {
    throw refusal("spawns.name", `"${spawns.name}" is a service of the component`, "Give it another name.");
  }
  if (!/^[a-z][a-z0-9-]*$/.test(spawns.name)) {
    throw refusal(
      "spawns.name",
      `${JSON.stringify(spawns.name)} begins names of containers and volumes`,
      "Use lower-case letters, digits and dashes, a letter first.",
    );
  }
  for (const field of ["cpus", "memoryMiB", "most"] as const) {
    const value = spawns[field];
    if (value > 0 && (field === "cpus" || Number.isInteger(value))) continue;
    throw refusal(
      `spawns.${field}`,
      `${value} is not a ${field === "cpus" ? "" : "whole "}number above 0`,
      "Correct it.",
    );
  }
}
