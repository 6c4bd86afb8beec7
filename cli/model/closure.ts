import type { ContainerDescription, EnvironmentDescription } from "./description";

/** Collects components and containers with all that they need, through the references of the model. */
export class Closure {
  readonly components = new Set<string>();
  readonly containers = new Set<ContainerDescription>();
  private readonly byKey: ReadonlyMap<string, ContainerDescription>;

  constructor(private readonly environment: EnvironmentDescription) {
    this.byKey = new Map(environment.containers.map((container) => [`${container.stack}/${container.id}`, container]));
  }

  /** Adds a whole component: its services, its steps, what it needs, and the agent that registers it. */
  addComponent(name: string): void {
    const component = this.environment.components.find((one) => one.name === name);
    if (component === undefined || this.components.has(name)) return;
    this.components.add(name);
    for (const other of component.needs) this.addComponent(other);
    for (const { name: agent, registers } of this.environment.components) {
      if (this.servicesOf(name).some(({ id }) => registers.includes(id))) this.addComponent(agent);
    }
    for (const container of this.servicesOf(name)) this.addContainer(container);
    for (const container of this.stepsOf(name)) this.addContainer(container);
  }

  /** Adds one container with all that it needs, and nothing else of its component. */
  addContainer(container: ContainerDescription): void {
    if (this.containers.has(container)) return;
    this.containers.add(container);
    const owner = this.environment.components.find(({ name }) => name === container.component);
    if (container.kind === "service") for (const other of owner?.needs ?? []) this.addComponent(other);
    for (const id of container.after) {
      const before = this.byKey.get(`${container.stack}/${id}`);
      if (before && (before.kind === "service" || !this.isOfOthers(before))) this.addContainer(before);
    }
  }

  /** Adds what others wait for of a component, from its services on. */
  private stepsOf(name: string): ContainerDescription[] {
    const component = this.environment.components.find((one) => one.name === name);
    const stacks = new Set(this.servicesOf(name).map(({ stack }) => stack));
    return this.environment.containers.filter(
      ({ kind, id, stack }) => kind === "init" && stacks.has(stack) && component?.steps.includes(id),
    );
  }

  private servicesOf(name: string): ContainerDescription[] {
    return this.environment.containers.filter(({ kind, component }) => kind === "service" && component === name);
  }

  /**
   * Whether a step belongs to components of its stack that are not meant: steps that set up one server run one after
   * the other, so that one waits for those of its neighbours.
   */
  private isOfOthers({ id, group }: ContainerDescription): boolean {
    const users = this.environment.components.filter((one) => one.group === group && one.steps.includes(id));
    return users.length > 0 && !users.some(({ name }) => this.components.has(name));
  }
}
