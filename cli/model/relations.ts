import { needsByConfiguration } from "../../config/components";
import type { ComponentRecord } from "../../constructs/core/component-record";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { stepId } from "../../constructs/core/order";
import type { Step } from "../../constructs/core/reference";
import { type Uses, usesOfService, usesOfStep } from "../../constructs/core/uses";
import type { ComponentDescription } from "./description";

/** Which other components one has to do with, out of the references in its specs. */
export function relationsOf(
  component: ComponentRecord,
  environment: PlatformEnvironment,
): Pick<ComponentDescription, "standsOn" | "needs" | "steps"> {
  const standsOn = new Set<string>();
  const needs = new Set<string>([
    ...(environment.discovery ? [environment.discovery.owner] : []),
    ...needsByConfiguration(component.name),
  ]);
  const steps = new Set<string>();
  const inStack = environment.stacks.find(({ id }) => id === component.stackId)?.facts.containers ?? [];
  const addUses = ({ awaited, needs: own }: Uses): void => {
    for (const { owner } of awaited) standsOn.add(owner);
    for (const { provider, loose = false, steps: brought = [] } of own) {
      if (!loose) standsOn.add(provider);
      if (brought.length > 0) needs.add(provider);
      for (const step of brought) addStep(provider, step);
    }
  };
  const addStep = (owner: string, step: Step): void => {
    const twin = stepId(owner, step.name, component.group);
    const id = inStack.some((container) => container.id === twin) ? twin : stepId(owner, step.name);
    if (steps.has(id)) return;
    steps.add(id);
    addUses(usesOfStep(step));
  };
  for (const service of component.services) addUses(usesOfService(service));
  for (const step of [...component.preparations, ...component.provisions]) addStep(component.name, step);
  const others = (names: ReadonlySet<string>): string[] =>
    environment.components.map(({ name }) => name).filter((name) => name !== component.name && names.has(name));
  return { standsOn: others(standsOn), needs: others(new Set([...needs, ...standsOn])), steps: [...steps] };
}
