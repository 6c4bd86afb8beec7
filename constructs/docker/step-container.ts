import type { Container } from "@cdktf/provider-docker/lib/container";
import { type Lowering, stepScript } from "../core/launch";
import type { OrderedStep } from "../core/order";
import { createContainer } from "./container";
import type { DockerGroupStack } from "./docker-group-stack";
import { launchPath, launchUpload, secretUpload } from "./secrets";
import { stepSucceeds } from "./step-condition";
import { plainVariables } from "./variables";

const resources = { cpus: 1, memoryMiB: 256, minimumMemoryMiB: 32 };

/** The container that runs a step to its end; what comes after it is not made unless it succeeds. */
export function stepContainer(
  stack: DockerGroupStack,
  { id, component, step, uses }: OrderedStep,
  after: readonly Container[],
  lowering: Lowering,
): Container {
  const { foundation, environment } = stack;
  return createContainer(stack, {
    id,
    image: stack.imageName(step.image),
    component,
    service: id,
    kind: "init",
    resources: { ...resources, memoryMiB: step.memoryMiB ?? resources.memoryMiB },
    after,
    config: {
      restart: "no",
      mustRun: false,
      attach: true,
      entrypoint: ["/bin/sh", launchPath],
      command: [],
      env: plainVariables(step.env, lowering),
      networksAdvanced: [{ name: foundation.networkName }],
      upload: [
        ...uses.secrets.map((secret) => secretUpload(environment.name, secret)),
        launchUpload(launchPath, stepScript(step, lowering)),
      ],
      lifecycle: stepSucceeds(stack, id),
    },
  });
}
