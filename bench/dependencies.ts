import { describe } from "../cli/model/describe";
import type { ContainerDescription } from "../cli/model/description";
import type { GroupName } from "../config/components";
import { synthesiseInput } from "../__tests__/support/synth";
import { orderOf, type OrderedService, type OrderedStep } from "../constructs/core/order";

/**
 * What each container of some groups waits for, by id: those of its own stack that come first there, and of the other
 * stacks only those that it refers to, although a stack as a whole waits for the whole of another.
 *
 * @param environment its name
 */
export function dependenciesOf(environment: string, groups: readonly GroupName[]): Record<string, string[]> {
  const { environment: built } = synthesiseInput({ name: environment, target: "docker" });
  const containers = describe(built).containers.filter(({ group }) => (groups as readonly string[]).includes(group));
  const stacks = [...new Set(containers.map(({ stack }) => stack))];
  const units = new Map(stacks.flatMap((stack) => orderOf(built, stack).units).map((unit) => [unit.id, unit]));
  const containersOf = (unit: string): string[] => containers.filter((one) => unitOf(one) === unit).map(({ id }) => id);
  return Object.fromEntries(
    containers.map((container) => {
      const unit = units.get(unitOf(container));
      const outside = unit ? referredBy(unit, (name) => servicesOf(built.component(name))) : [];
      const elsewhere = outside.flatMap(containersOf).filter((id) => stackOf(containers, id) !== container.stack);
      return [container.id, [...new Set([...container.after, ...elsewhere])]];
    }),
  );
}

/** Replicas are one unit of the order, and a step is one container. */
function unitOf({ kind, id, service }: ContainerDescription): string {
  return kind === "service" ? service : id;
}

function stackOf(containers: readonly ContainerDescription[], id: string): string | undefined {
  return containers.find((one) => one.id === id)?.stack;
}

function servicesOf({ services }: { readonly services: readonly { readonly name: string }[] }): string[] {
  return services.map(({ name }) => name);
}

/** Ids of the services and steps that a unit needs, wherever they are. */
function referredBy({ uses }: OrderedService | OrderedStep, servicesOfProvider: (name: string) => string[]): string[] {
  const needs = uses.needs.filter(({ loose }) => loose !== true);
  return [
    ...uses.awaited.map(({ service }) => service),
    ...needs.flatMap(({ provider, services }) => services ?? servicesOfProvider(provider)),
    ...needs.flatMap(({ provider, provisions = [] }) => provisions.map((step) => `init-${provider}-${step}`)),
  ];
}
