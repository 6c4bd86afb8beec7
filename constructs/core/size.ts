import { reservationMistakes } from "../../config/fields";
import type { SizeName } from "../../config/sizes";
import { complain } from "./errors";
import type { Limits, Resources } from "./service-spec";

/** What the configuration says of a service's size; what it leaves out stays the component's own. */
export interface Size {
  readonly cpus?: number | undefined;
  readonly memoryMiB?: number | undefined;
  readonly reservedCpus?: number | undefined;
  readonly reservedMemoryMiB?: number | undefined;
}

/**
 * What a service gets in an environment of a size. A reservation that a smaller limit leaves no room for is lowered with it.
 */
export function limitsOf({ small, large, ...medium }: Resources, size: SizeName): Limits {
  const { reservedCpus, reservedMemoryMiB, ...limits } = { ...medium, ...{ small, medium, large }[size] };
  return {
    ...limits,
    ...definedOnly({
      reservedCpus: atMost(reservedCpus, limits.cpus),
      reservedMemoryMiB: atMost(reservedMemoryMiB, limits.memoryMiB),
    }),
  };
}

/**
 * A service's resources with a configured size laid over them. Where a limit is lowered below what the component
 * itself reserves, the reservation is lowered with it.
 *
 * @param key the configuration's path of the size, for messages
 * @throws ConfigurationError when the memory is below what the software starts with, or a reservation above its limit.
 */
export function sizedResources(key: string, service: string, resources: Limits, size: Size): Limits {
  const { cpus = resources.cpus, memoryMiB = resources.memoryMiB, reservedCpus, reservedMemoryMiB } = size;
  if (memoryMiB < resources.minimumMemoryMiB) {
    throw complain({
      key: `${key}.memoryMiB`,
      given: memoryMiB,
      allowed: `${resources.minimumMemoryMiB} or more`,
      remedy: `${service} does not start with less; raise the value or remove it.`,
    });
  }
  const limits = { cpus, memoryMiB };
  const [mistake] = reservationMistakes({ ...limits, reservedCpus, reservedMemoryMiB });
  if (mistake) {
    const name = mistake.path.join(".") as keyof Size;
    throw complain({ key: `${key}.${name}`, given: size[name], allowed: mistake.allowed, remedy: mistake.remedy });
  }
  const reserved = {
    reservedCpus: reservedCpus ?? atMost(resources.reservedCpus, cpus),
    reservedMemoryMiB: reservedMemoryMiB ?? atMost(resources.reservedMemoryMiB, memoryMiB),
  };
  return { ...resources, ...limits, ...definedOnly(reserved) };
}

function atMost(value: number | undefined, limit: number): number | undefined {
  return value === undefined ? undefined : Math.min(value, limit);
}

function definedOnly<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
