import { prod } from "../../config/environments/prod";
import { checkEnvironment } from "../../config/load";
import type { AwsConfig, EnvironmentInput } from "../../config/schema";
import { AwsTarget } from "../../constructs/aws";
import { PlatformEnvironment } from "../../constructs/core/environment";
import type { GroupStack } from "../../constructs/core/group-stack";
import type { CoreRoles } from "../../constructs/core/roles";
import { lower } from "../../stacks/environment";
export { withShortReferences as readable } from "../support/for-review";
import { type StackJson, type Synthesised, withApp } from "../support/synth";

export type AwsInput = Extract<EnvironmentInput, { target: "aws" }>;

/** prod as the repository has it, with changes. */
export function awsInput(changes: Partial<AwsInput> = {}): AwsInput {
  return { ...(prod as AwsInput), ...changes };
}

/** An environment `prod` whose core group holds the managed roles and what `build` adds. */
export function awsCore(
  build: (stack: GroupStack, roles: Omit<CoreRoles, "registry">) => void,
  changes: Partial<AwsInput> = {},
): Synthesised {
  return withApp((app) => {
    const config = checkEnvironment("prod", awsInput(changes)) as AwsConfig;
    const environment = new PlatformEnvironment(app, config);
    const target = new AwsTarget(environment);
    const stack = target.groupStack("core");
    const roles = {
      sql: target.sqlDatabase(stack),
      objectStore: target.objectStore(stack, ["bronze"]),
      broker: target.messageBroker(stack),
      cache: target.cache(stack),
      engine: undefined,
      cloudLogs: undefined,
    };
    build(stack, roles);
    lower(environment, [stack]);
    return environment;
  });
}

/** All resources of a kind, over all stacks, by id. */
export function resourcesOf(
  stacks: Readonly<Record<string, StackJson>>,
  kind: string,
): Record<string, Record<string, unknown>> {
  return Object.assign({}, ...Object.values(stacks).map(({ resource }) => resource?.[kind] ?? {})) as Record<
    string,
    Record<string, unknown>
  >;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  readonly dependsOn: readonly { readonly containerName: string; readonly condition: string }[];
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly logConfiguration: { readonly logDriver: string };
}

/** The containers of a task definition. */
export function containersOf(stacks: Readonly<Record<string, StackJson>>, task: string): Container[] {
  const definition = resourcesOf(stacks, "aws_ecs_task_definition")[task];
  return JSON.parse(definition?.["container_definitions"] as string) as Container[];
}
