import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { ITerraformDependable } from "cdktf";
import type { Component } from "../core/component";
import type { InitStep } from "../core/need";
import type { Address, Endpoint } from "../core/reference";
import { referencesOf } from "../core/references";
import type { Runtime, Service } from "../core/runtime";
import type { AwsGroupStack } from "./aws-group-stack";
import { desiredCount, scalingOf } from "./autoscaling";
import { ecsService } from "./ecs-service";
import { addressOf, ManagedComponent } from "./managed-component";
import { refuseImpossible } from "./refusals";
import { taskDefinition } from "./task-definition";

/** A service with the steps that run once it is healthy. */
interface Run {
  readonly service: Service;
  readonly after: InitStep[];
}

/**
 * Lowers service specs to ECS services of one group's stack. They are created when the group is complete,
 * because a task definition holds the steps of `provision` as well.
 */
export class AwsRuntime implements Runtime {
  private readonly runs: Run[] = [];
  private readonly created = new Map<Component, EcsService[]>();

  constructor(private readonly stack: AwsGroupStack) {}

  run(service: Service): void {
    refuseImpossible(this.stack.environment.name, service);
    this.runs.push({ service, after: [] });
  }

  provision(owner: Component, step: InitStep): void {
    const run = this.runs.findLast(({ service }) => service.component === owner);
    if (!run) throw new Error(`${owner.name} runs no service that the step ${step.name} could wait for`);
    run.after.push(step);
  }

  address({ endpoint, form, from }: Address): string {
    if (from === "operator") {
      const port = this.operatorPort(endpoint);
      if (port === undefined) throw new Error(`${endpoint.id} is not published to the operator on AWS`);
      const host = this.stack.foundation.publicNames.hostOf(endpoint);
      return form === "url" ? `https://${host}` : addressOf(endpoint, form, host, String(port));
    }
    if (endpoint.owner instanceof ManagedComponent) return endpoint.owner.addressText(endpoint, form);
    return addressOf(endpoint, form, endpoint.service);
  }

  operatorPort(endpoint: Endpoint): number | undefined {
    return this.stack.foundation.publicNames.isPublic(endpoint) ? 443 : undefined;
  }

  complete(): void {
    for (const run of this.runs) this.create(run);
    this.stack.environment.registry?.register(
      this.stack,
      this.runs.map(({ service }) => service),
    );
  }

  private create({ service, after }: Run): void {
    const { component } = service;
    const { securityGroups } = this.stack.foundation;
    const task = taskDefinition(this.stack, service, after, (address) => this.address(address));
    const made = ecsService(this.stack, service, {
      taskDefinitionArn: task.arn,
      logGroup: task.logGroup,
      dependsOn: [
        ...this.prerequisites(service),
        // Service Connect tells a task the names of those services only that are there when it starts.
        ...(this.created.get(component) ?? []),
        ...task.ready,
        ...task.endpoints.flatMap((endpoint) => securityGroups.open(component, endpoint)),
        ...(runsSeveralTasks(component) ? securityGroups.openToItself(component) : []),
        ...securityGroups.openToInternet(component),
      ],
    });
    this.created.set(component, [...(this.created.get(component) ?? []), made]);
  }

  /** What must exist first: in this stack one by one, other stacks as a whole. */
  private prerequisites(service: Service): ITerraformDependable[] {
    return referencesOf(service).components.flatMap((component) => {
      const home = component.platformStack;
      if (home !== this.stack) {
        this.stack.addDependency(home);
        return [];
      }
      return component instanceof ManagedComponent ? [...component.ready] : (this.created.get(component) ?? []);
    });
  }
}

/** Whether tasks of the component may have something to say to each other. */
function runsSeveralTasks({ services }: Component): boolean {
  return services.length > 1 || services.some(({ spec }) => desiredCount(spec) > 1 || scalingOf(spec) !== undefined);
}
