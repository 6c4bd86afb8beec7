import { refuse } from "../core/refusal";
import type { ContainerDefinition } from "./container-definitions";

/** Largest task definition that ECS registers, in bytes. */
const largestDefinition = 65_536;

/** Whose task it is, for the message. */
export interface TaskOwner {
  readonly environment: string;
  readonly component: string;
  /** The service, or the step, for example `step "migrate"`. */
  readonly unit: string;
}

/**
 * The containers of a task as the JSON that ECS takes.
 *
 * @throws ConfigurationError when it is larger than ECS allows.
 */
export function definitionText(
  containers: readonly ContainerDefinition[],
  { environment, component, unit }: TaskOwner,
): string {
  const json = JSON.stringify(containers);
  const bytes = Buffer.byteLength(json);
  if (bytes <= largestDefinition) return json;
  throw refuse({
    environment,
    component,
    field: unit,
    reason: `on AWS its task definition, with all files and scripts in it, has ${bytes} bytes, and ECS takes at most ${largestDefinition}`,
    remedy: "Put its large files into a folder of the repository, which `trees` delivers, or into an image of our own.",
  });
}
