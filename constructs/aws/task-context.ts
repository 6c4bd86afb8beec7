import { isDeepStrictEqual } from "node:util";
import type { Lowering } from "../core/launch";
import type { Secret } from "../core/reference";
import { refuse } from "../core/refusal";
import type { Uses } from "../core/uses";
import type { AwsGroupStack } from "./aws-group-stack";
import type { TaskContext } from "./container-definitions";
import type { TaskOwner } from "./definition-text";
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

/**
 * What a task may do by what it refers to, each permission once, by its name.
 *
 * @throws ConfigurationError when two references mean different things by one name: a task has one identity, so that
 *   one of them would get more, or less, than it asked for.
 */
export function permitted({ needs }: Uses, { environment, component, unit }: TaskOwner): Statement[] {
  const byName = new Map<string, Statement>();
  for (const { name, actions, resources } of needs.flatMap(({ permissions = [] }) => permissions)) {
    const statement = allow(actions, resources);
    const known = byName.get(name);
    if (known && !isDeepStrictEqual(known, statement)) {
      throw refuse({
        environment,
        component,
        field: unit,
        reason: `on AWS its task has one identity, which cannot have the permission ${name} in two ways: ${inWords(known)}; ${inWords(statement)}`,
        remedy: "Ask for one access with all that it needs, or run what may do less as a service of its own.",
      });
    }
    byName.set(name, statement);
  }
  return [...byName.values()];
}

function inWords({ Action, Resource = [] }: Statement): string {
  return `${Action.join(", ")} on ${Resource.join(", ")}`;
}
