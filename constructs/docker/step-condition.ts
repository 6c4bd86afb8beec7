import type { DockerGroupStack } from "./docker-group-stack";

/** Lets Terraform stop when the container of a step ends with an error. */
export function stepSucceeds(
  { environment, id: stack }: DockerGroupStack,
  id: string,
): { postcondition: { condition: string; errorMessage: string }[] } {
  const errorMessage =
    `The step ${id} failed. See "docker logs ${environment.name}-${id}"; after fixing the cause run "./datalab up", ` +
    `or in cdktf.out/stacks/${stack} "terraform apply -replace=docker_container.${id}".`;
  return { postcondition: [{ condition: "${self.exit_code == 0}", errorMessage }] };
}
