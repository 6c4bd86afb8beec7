import type { ComponentRecord, Service } from "./component-record";
import { engineModes, hostFolders } from "./host-access";
import { refuse } from "./refusal";
import { isCount, isMountPath } from "./place-check";
import type { Step } from "./reference";
import { usesOfService, usesOfStep } from "./uses";

/** The least that Docker takes for a container: cores, and MiB. */
const least = { cpus: 0.01, memoryMiB: 6, most: 1 } as const;

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
  const twice = host.find((access, index) => host.indexOf(access) !== index);
  if (twice !== undefined) throw refusal("host", `"${twice}" is in it twice`, "Leave one of them out.");
  const engines = usesOfService(service)
    .endpoints.map(({ owner }) => componentNamed(owner))
    .filter(({ engineMode }) => engineMode !== undefined);
  const far = engines.find(({ group }) => group !== component.group);
  if (far) {
    throw refusal(
      "host",
      `its way to the engine is that of ${far.group}, whose network it is not on`,
      "Hand over what `roles.engine.access(this, …)` gives to this component.",
    );
  }
  const used = new Set(engines.flatMap(({ engineMode }) => engineMode ?? []));
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
  // Without a group the engine takes the image's, which is root's where the image does not know the account.
  if (host.includes("host-metrics") && !/^[1-9]\d*:[1-9]\d*$/.test(spec.user ?? "")) {
    throw refusal(
      "host",
      '"host-metrics" shows it every file of the machine that its account and its group may read, and these may be root',
      "Set `user` to a numeric account and group other than 0, for example 65534:65534.",
    );
  }
  if (hostFolders(host).length > 0 && (spec.capabilities ?? []).length > 0) {
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
    if (value >= least[field] && Number.isFinite(value) && (field === "cpus" || isCount(value))) continue;
    const kind = field === "cpus" ? "number" : "whole number";
    throw refusal(`spawns.${field}`, `${value} is not a ${kind} from ${least[field]} on`, "Correct it.");
  }
  const { volumePath } = spawns;
  if (volumePath !== undefined && !isMountPath(volumePath)) {
    throw refusal(
      "spawns.volumePath",
      `${JSON.stringify(volumePath)} is not an absolute path that a volume can have`,
      "Choose another path, or leave it out.",
    );
  }
}

/**
 * Refuses a step that uses the engine: steps are on the environment's network alone, on which no engine answers.
 *
 * @throws ConfigurationError when the step does.
 */
export function checkStepHost(
  environment: string,
  component: ComponentRecord,
  step: Step,
  componentNamed: (name: string) => ComponentRecord,
): void {
  if (usesOfStep(step).endpoints.every(({ owner }) => componentNamed(owner).engineMode === undefined)) return;
  throw refuse({
    environment,
    component: component.name,
    field: `step "${step.name}"`,
    reason: "it uses the engine, which only services can reach",
    remedy: "Let a service do it.",
  });
}
