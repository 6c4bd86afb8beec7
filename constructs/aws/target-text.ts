import { refuse } from "../core/refusal";
import { ImageName, type TargetText } from "../core/target-text";
import type { AwsGroupStack } from "./aws-group-stack";
import { taskImage } from "./image-names";

/**
 * What AWS says for a text that only the target knows.
 *
 * @throws ConfigurationError for what only an engine of ours has.
 */
export function targetText(stack: AwsGroupStack, text: TargetText): string {
  if (text instanceof ImageName) return taskImage(text.image, stack.foundation).reference;
  throw refuse({
    environment: stack.environment.name,
    component: `a component of ${stack.group}`,
    field: text.kind,
    reason: "on AWS no engine of ours has networks or volumes",
    remedy: "Leave out what needs it where `roles.engine` is undefined.",
  });
}
