import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { ITerraformDependable } from "cdktf";
import type { ComponentRecord } from "../core/component-record";
import type { Runtime } from "../core/group-stack";
import type { OrderedService, OrderedStep, StackOrder } from "../core/order";
import type { Address, Endpoint } from "../core/reference";
import type { AwsGroupStack } from "./aws-group-stack";
import { desiredCount, scalingOf } from "./autoscaling";
import { ecsService } from "./ecs-service";
import { addressOf, ManagedComponent } from "./managed-component";
import { refuseImpossible } from "./refusals";
import { taskDefinition } from "./task-definition";

/** Lowers what a group runs to ECS services of the group's stack. */
export class AwsRuntime implements Runtime {
  private readonly created = new Map<string, EcsService>();

  constructor(private readonly stack: AwsGroupStack) {}

  lower({ units, stacks }: StackOrder): void {
    this.stack.standOn(stacks);
    const services = units.filter((unit) => unit.kind === "service");
    const steps = new Map(units.flatMap((unit) => (unit.kind === "step" ? [[unit.id, unit] as const] : [])));
    const brought = new Set(services.flatMap(({ brings }) => brings));
    for (const unit of services) {
      refuseImpossible(this.stack.environment.name, unit.service);
      const { component } = unit.service;
      const isLast = services.findLast(({ service }) => service.component === component) === unit;
      const after = isLast
        ? [...steps.values()].filter(({ id, component: owner }) => owner === component.name && !brought.has(id))
        : [];
      const before = inOrder(unit.brings, steps);
      this.create(unit, before, after);
    }
  }

  address({ endpoint, form, from }: Address): string {
    if (from === "operator") {
      const port = this.operatorPort(endpoint);
      if (port === undefined) throw new Error(`${endpoint.id} is not published to the operator on AWS`);
      const host = this.stack.foundation.publicNames.hostOf(endpoint);
      return form === "url" ? `https://${host}` : addressOf(endpoint, form, host, String(port));
    }
    const owner = this.stack.environment.component(endpoint.owner);
    if (owner instanceof ManagedComponent) return owner.addressText(endpoint, form);
    return addressOf(endpoint, form, this.stack.foundation.nameService.hostOf(endpoint.service));
  }

  operatorPort(endpoint: Endpoint): number | undefined {
    return this.stack.foundation.publicNames.isPublic(endpoint) ? 443 : undefined;
  }

  private create(unit: OrderedService, before: readonly OrderedStep[], after: readonly OrderedStep[]): void {
    const { service } = unit;
    const { component } = service;
    const { securityGroups } = this.stack.foundation;
    const task = taskDefinition(this.stack, unit, before, after, (address) => this.address(address));
    const made = ecsService(this.stack, service, {
      taskDefinition: task.definition,
      logGroup: task.logGroup,
      dependsOn: [
        ...[unit, ...before, ...after].flatMap(({ managed }) => managed.flatMap((name) => this.ready(name))),
        ...[unit, ...before].flatMap((one) => one.after.flatMap((id) => this.created.get(id) ?? [])),
        ...task.ready,
        ...task.endpoints.flatMap((endpoint) => securityGroups.open(component, endpoint)),
        ...(runsSeveralTasks(component) ? securityGroups.openToItself(component) : []),
        ...securityGroups.openToInternet(component),
      ],
    });
    this.created.set(unit.id, made);
  }

  private ready(name: string): readonly ITerraformDependable[] {
    const component = this.stack.environment.component(name);
    return component instanceof ManagedComponent ? component.ready : [];
  }
}

/** The steps that a service brings, each after those that it needs. */
function inOrder(ids: readonly string[], steps: ReadonlyMap<string, OrderedStep>): OrderedStep[] {
  const found = new Set<OrderedStep>();
  const visit = (id: string): void => {
    const step = steps.get(id);
    if (!step || found.has(step)) return;
    step.after.forEach(visit);
    found.add(step);
  };
  ids.forEach(visit);
  return [...found];
}

/** Whether tasks of the component may have something to say to each other. */
function runsSeveralTasks({ services }: ComponentRecord): boolean {
  return services.length > 1 || services.some(({ spec }) => desiredCount(spec) > 1 || scalingOf(spec) !== undefined);
}
