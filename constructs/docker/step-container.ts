import type { Container } from "@cdktf/provider-docker/lib/container";
import { type Lowering, stepScript } from "../core/launch";
import type { OrderedStep } from "../core/order";
import { createContainer } from "./container";
import type { DockerGroupStack } from "./docker-group-stack";
import { launchPath, launchUpload, secretUpload } from "./secrets";
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
      lifecycle: {
        postcondition: [
          {
            condition: "${self.exit_code == 0}",
            errorMessage: failure(`${environment.name}-${id}`, stack.id, id),
          },
        ],
      },
    },
  });
}

function failure(container: string, stack: string, id: string): string {
  return (
    `The step ${id} failed. See "docker logs ${container}"; after mending the cause run "./datalab up", ` +
    `or in cdktf.out/stacks/${stack} "terraform apply -replace=docker_container.${id}".`
  );
}
