import { Token } from "cdktf";
import { ImageName, NetworkName, type TargetText } from "../core/target-text";
import { checkoutExpression } from "./checkout";
import type { DockerGroupStack } from "./docker-group-stack";

/** What a Docker host says for a text that only the target knows. */
export function targetText(stack: DockerGroupStack, text: TargetText): string {
  if (text instanceof ImageName) return stack.imageName(text.image);
  if (text instanceof NetworkName) return stack.foundation.networkName;
  // A placeholder of cdktf, because as plain text the expression would be protected from Terraform.
  return Token.asString({
    creationStack: [],
    resolve: () => checkoutExpression(),
    toString: () => checkoutExpression(),
  });
}
