import type { Lowering } from "../core/launch";
import type { Secret } from "../core/reference";
import type { Uses } from "../core/uses";
import type { AwsGroupStack } from "./aws-group-stack";
import type { TaskContext } from "./container-definitions";
import { taskImage } from "./image-names";
import { allow, type Statement } from "./policy";

/** What the containers of a task need to know of their stack. */
export function taskContext(stack: AwsGroupStack, logGroup: string, lowering: Lowering): TaskContext {
  return {
    lowering,
    logGroup,
    region: stack.aws.region,
    image: (image) => taskImage(image, stack.foundation).reference,
    valueFrom: (secret: Secret) => stack.foundation.secrets.of(secret).valueFrom,
  };
}

/** What a task may do by what it refers to, each permission once, by its name. */
export function permitted({ needs }: Uses): Statement[] {
  const permissions = needs.flatMap((need) => need.permissions ?? []);
  return [...new Map(permissions.map((permission) => [permission.name, permission])).values()].map(
    ({ actions, resources }) => allow(actions, resources),
  );
}
