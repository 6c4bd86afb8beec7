import type { ComponentRecord, Service } from "./component-record";
import { hashOf } from "./content-hash";
import type { PlatformEnvironment } from "./environment";
import { lacksShell } from "./image";
import { printStep } from "./print";
import type { Need, Step } from "./reference";
import { refuse } from "./refusal";
import { type Uses, usesOfService, usesOfStep } from "./uses";

/** What comes before a service or a step. */
interface Ordered {
  readonly uses: Uses;
  /** Ids of the services and steps of the same stack that come first. */
  readonly after: readonly string[];
  /** Components of the same stack that come first and run nothing here, because the target's cloud runs them. */
  readonly managed: readonly string[];
}

/** A service in its place; its id is its name. */
export interface OrderedService extends Ordered {
  readonly kind: "service";
  readonly id: string;
  readonly service: Service;
}

/** A step in its place. */
export interface OrderedStep extends Ordered {
  readonly kind: "step";
  /** `init-<component>-<step>`, and the group after it where an earlier stack runs the step as well. */
  readonly id: string;
  /** The component that it sets up. */
  readonly component: string;
  readonly step: Step;
}

/** Everything that one stack runs, each after what it needs. */
export interface StackOrder {
  readonly units: readonly (OrderedService | OrderedStep)[];
  /** Ids of the stacks that are applied first. */
  readonly stacks: readonly string[];
}

type Draft<T extends Ordered> = Omit<T, "after" | "managed"> & {
  readonly after: Set<string>;
  readonly managed: Set<string>;
};

/**
 * Orders what a stack runs: what references bring, then a component's preparations, then its services,
 * then what it provisions. The only place that decides about order.
 *
 * @param earlier the orders of the stacks that were made before it, whose names of steps are taken
 * @throws ConfigurationError when a reference leads nowhere, two steps have one name, or some wait for each other.
 */
export function orderOf(
  environment: PlatformEnvironment,
  stackId: string,
  earlier: readonly StackOrder[] = [],
): StackOrder {
  return new Ordering(environment, stackId, earlier).result();
}

class Ordering {
  private readonly steps = new Map<string, Draft<OrderedStep>>();
  private readonly services = new Map<string, Draft<OrderedService>>();
  private readonly lastStepOf = new Map<string, string>();
  private readonly stacks = new Set<string>();
  private readonly here: readonly ComponentRecord[];
  /** Steps that earlier stacks run, by id: consumers in several groups may use one bucket or topic. */
  private readonly taken: ReadonlyMap<string, Step>;

  constructor(
    private readonly environment: PlatformEnvironment,
    private readonly stackId: string,
    earlier: readonly StackOrder[],
  ) {
    this.here = environment.componentsOf(stackId);
    const steps = earlier.flatMap(({ units }) => units).filter((unit) => unit.kind === "step");
    this.taken = new Map(steps.map(({ id, step }) => [id, step]));
  }

  result(): StackOrder {
    for (const component of this.here) {
      for (const service of component.services) this.draftService(service);
    }
    for (const component of this.here) this.linkComponent(component);
    const units = [...this.services.values(), ...this.steps.values()];
    return { units: sorted(units, this.environment.name).map(finished), stacks: [...this.stacks] };
  }

  private draftService(service: Service): void {
    const { name, component } = service;
    const twin = this.services.get(name);
    if (twin) {
      throw this.refusal(component.name, `run "${name}"`, `${twin.service.component.name} runs a service of this name`);
    }
    const uses = usesOfService(service);
    this.services.set(name, {
      kind: "service",
      id: name,
      service,
      uses,
      after: new Set(),
      managed: new Set(),
    });
  }

  private linkComponent(component: ComponentRecord): void {
    const drafts = component.services.map(({ name }) => this.service(name));
    for (const draft of drafts) this.linkService(component, draft);
    const brought = drafts.flatMap((draft) => [...draft.after].filter((id) => this.steps.has(id)));
    const preparations = component.preparations.map((step) => this.addStep(component, step, [], "preparation"));
    for (const id of preparations) {
      for (const other of brought) this.step(id).after.add(other);
    }
    for (const { after } of drafts) {
      for (const id of preparations) after.add(id);
    }
    for (const step of component.provisions)
      this.addStep(
        component,
        step,
        drafts.map(({ id }) => id),
      );
  }

  private linkService(component: ComponentRecord, draft: Draft<OrderedService>): void {
    this.await(component.name, draft);
    for (const name of draft.service.spec.after ?? []) {
      if (!component.services.some((other) => other.name === name)) {
        const known = component.services.map((other) => other.name).join(", ");
        throw this.refusal(component.name, "after", `"${name}" is not one of its services (${known})`);
      }
      draft.after.add(name);
    }
    for (const need of draft.uses.needs) {
      this.meet(component.name, draft, need);
    }
  }

  /** Lets a draft wait for the endpoints that it connects to. */
  private await(component: string, draft: Draft<OrderedService> | Draft<OrderedStep>): void {
    for (const { owner, service, id } of draft.uses.awaited) {
      if (service === draft.id) continue;
      const provider = this.environment.component(owner);
      if (!this.isHere(component, provider, `its reference to ${id}`)) continue;
      if (this.services.has(service)) draft.after.add(service);
      else if (provider.services.length === 0) draft.managed.add(owner);
      else throw this.refusal(component, `reference to ${id}`, `${owner} runs no service "${service}"`);
    }
  }

  /** Brings a need's steps, and lets a draft wait for them and for the provider unless the need is loose. */
  private meet(component: string, draft: Draft<OrderedService> | Draft<OrderedStep>, need: Need): void {
    const { provider: name, steps = [], services, provisions = [], loose = false } = need;
    const provider = this.environment.component(name);
    const first: string[] = [];
    if (!loose || steps.length > 0) {
      if (this.isHere(component, provider, `its use of ${name}`)) {
        const managed = provider.services.length === 0;
        if (managed && !loose) draft.managed.add(name);
        // What a component needs from itself is covered by the order of its own services.
        if (!managed && name !== component)
          first.push(...(services ?? provider.services.map((service) => service.name)));
        first.push(...provisions.map((step) => stepId(name, step)));
      }
    }
    const brought = steps.map((step) => this.addStep(provider, step, first));
    if (!loose) for (const id of [...first, ...brought]) draft.after.add(id);
  }

  /** @param after what comes before it besides what it refers to */
  private addStep(component: ComponentRecord, step: Step, after: readonly string[], kind = "step"): string {
    const taken = this.taken.get(stepId(component.name, step.name));
    const id = stepId(component.name, step.name, taken && this.group);
    const known = this.steps.get(id);
    for (const twin of [taken, this.taken.get(id), known?.step]) {
      if (twin === undefined || twin === step || hashOf(printStep(twin)) === hashOf(printStep(step))) continue;
      throw this.refusal(
        component.name,
        `step "${step.name}"`,
        "two different steps have this name, and one of them would be lost",
      );
    }
    if (known) return id;
    if (lacksShell(step.image)) {
      throw this.refusal(component.name, `step "${step.name}"`, `its image ${step.image.reference} has no shell`);
    }
    const draft: Draft<OrderedStep> = {
      kind: "step",
      id,
      component: component.name,
      step,
      uses: usesOfStep(step),
      after: new Set(after),
      managed: new Set(),
    };
    this.await(component.name, draft);
    if (component.services.length === 0 && component.stackId === this.stackId) draft.managed.add(component.name);
    for (const need of draft.uses.needs) this.meet(component.name, draft, need);
    // One after the other: not every server likes two administrators at once.
    const chain = `${component.name} ${kind}`;
    const previous = this.lastStepOf.get(chain);
    if (previous !== undefined) draft.after.add(previous);
    this.lastStepOf.set(chain, id);
    this.steps.set(id, draft);
    return id;
  }

  private get group(): string | undefined {
    return this.environment.stacks.find(({ id }) => id === this.stackId)?.group;
  }

  /** Whether the provider is in this stack; if not, its stack is applied first. */
  private isHere(component: string, provider: ComponentRecord, what: string): boolean {
    if (provider.stackId === this.stackId) return true;
    if (!this.environment.isBefore(provider.stackId, this.stackId)) {
      throw this.refusal(component, what, `the group ${provider.group} comes later or stands on this one`);
    }
    this.stacks.add(provider.stackId);
    return false;
  }

  private service(name: string): Draft<OrderedService> {
    const draft = this.services.get(name);
    if (!draft) throw new Error(`${this.stackId} runs no service ${name}`);
    return draft;
  }

  private step(id: string): Draft<OrderedStep> {
    const draft = this.steps.get(id);
    if (!draft) throw new Error(`${this.stackId} has no step ${id}`);
    return draft;
  }

  private refusal(component: string, field: string, reason: string): Error {
    return refuse({
      environment: this.environment.name,
      component,
      field,
      reason,
      remedy: "Correct the component; docs/model.md explains references and order.",
    });
  }
}

/** @param group whose stack runs it too, where that of another group does already */
export function stepId(component: string, step: string, group?: string): string {
  return ["init", component, step, ...(group === undefined ? [] : [group])].join("-");
}

type AnyDraft = Draft<OrderedService> | Draft<OrderedStep>;

/** Units after those that they wait for, otherwise in the order in which they were named. */
function sorted(units: readonly AnyDraft[], environment: string): AnyDraft[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const done = new Set<AnyDraft>();
  const path: AnyDraft[] = [];
  const visit = (unit: AnyDraft): void => {
    if (done.has(unit)) return;
    const begin = path.indexOf(unit);
    if (begin >= 0) {
      throw refuse({
        environment,
        component: "service" in unit ? unit.service.component.name : unit.component,
        field: "order",
        reason: `${[...path.slice(begin), unit].map(({ id }) => id).join(" waits for ")}: none of them could start`,
        remedy: "Make one of the references loose, if its software reconnects by itself.",
      });
    }
    path.push(unit);
    for (const id of unit.after) {
      const other = byId.get(id);
      if (!other) throw new Error(`${unit.id} waits for ${id}, which is not in its stack`);
      visit(other);
    }
    path.pop();
    done.add(unit);
  };
  units.forEach(visit);
  return [...done];
}

function finished(draft: AnyDraft): OrderedService | OrderedStep {
  return { ...draft, after: [...draft.after], managed: [...draft.managed] };
}
