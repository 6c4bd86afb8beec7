import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { ITerraformDependable } from "cdktf";
import { addressAt } from "../core/address-at";
import type { ComponentRecord } from "../core/component-record";
import type { Runtime } from "../core/group-stack";
import type { Lowering } from "../core/launch";
import type { OrderedService, StackOrder } from "../core/order";
import type { Address, Endpoint } from "../core/reference";
import type { AwsGroupStack } from "./aws-group-stack";
import { desiredCount, scalingOf } from "./autoscaling";
import { ecsService } from "./ecs-service";
import { ManagedComponent } from "./managed-component";
import { refuseImpossible } from "./refusals";
import { secretInShell } from "./secret-variables";
import { stepTask } from "./step-task";
import { targetText } from "./target-text";
import { taskDefinition } from "./task-definition";

/** Lowers what a group runs to ECS services and one-off tasks, in the group's stack. */
export class AwsRuntime implements Runtime {
  readonly hashesSecrets = false;
  private readonly lowering: Lowering;

  constructor(private readonly stack: AwsGroupStack) {
    this.lowering = {
      address: (address) => this.address(address),
      targetText: (text) => targetText(stack, text),
      secretInShell,
      secretFile: () => undefined,
    };
  }

  lower({ units, stacks }: StackOrder): void {
    this.stack.standOn(stacks);
    const made = new Map<string, ITerraformDependable>();
    for (const unit of units) {
      const after = [
        ...unit.managed.flatMap((name) => this.ready(name)),
        ...unit.after.flatMap((id) => made.get(id) ?? []),
      ];
      made.set(
        unit.id,
        unit.kind === "service" ? this.service(unit, after) : stepTask(this.stack, unit, after, this.lowering),
      );
    }
  }

  address({ endpoint, form, from }: Address): string {
    if (from === "operator") {
      const port = this.operatorPort(endpoint);
      if (port === undefined) throw new Error(`${endpoint.id} is not published to the operator on AWS`);
      const host = this.stack.foundation.publicNames.hostOf(endpoint);
      return form === "url" ? `https://${host}` : addressAt(endpoint, form, host, port);
    }
    const owner = this.stack.environment.component(endpoint.owner);
    if (owner instanceof ManagedComponent) return owner.addressText(endpoint, form);
    return addressAt(endpoint, form, this.stack.foundation.nameService.hostOf(endpoint.service));
  }

  operatorPort(endpoint: Endpoint): number | undefined {
    return this.stack.foundation.publicNames.isPublic(endpoint) ? 443 : undefined;
  }

  private service(unit: OrderedService, after: readonly ITerraformDependable[]): EcsService {
    const { service, uses } = unit;
    const { component } = service;
    const { securityGroups } = this.stack.foundation;
    const pages = service.spec.endpoints.filter((endpoint) => this.operatorPort(endpoint) !== undefined).length;
    refuseImpossible(this.stack.environment.name, service, pages);
    const task = taskDefinition(this.stack, unit, this.lowering);
    // What a component's own tasks say to each other by TCP needs no more than the rule for all ports.
    const others = uses.endpoints.filter(({ owner, protocol }) => owner !== component.name || protocol !== "tcp");
    return ecsService(this.stack, service, {
      taskDefinition: task.definition,
      logGroup: task.logGroup,
      dependsOn: [
        ...after,
        ...task.ready,
        ...others.flatMap((endpoint) => securityGroups.open(component, endpoint)),
        ...(runsSeveralTasks(component) ? securityGroups.openToItself(component) : []),
        ...securityGroups.openToInternet(component),
      ],
    });
  }

  private ready(name: string): readonly ITerraformDependable[] {
    const component = this.stack.environment.component(name);
    return component instanceof ManagedComponent ? component.ready : [];
  }
}

/** Whether tasks of the component may have something to say to each other. */
function runsSeveralTasks({ services }: ComponentRecord): boolean {
  return services.length > 1 || services.some(({ spec }) => desiredCount(spec) > 1 || scalingOf(spec) !== undefined);
}
