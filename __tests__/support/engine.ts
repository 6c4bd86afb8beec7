import type { FoundContainer } from "../../cli/engine/ours";
import type { ContainerDescription } from "../../cli/model/description";
import type { Reality } from "../../cli/up/repair-plan";

/** The engine's id that test containers have. */
export function engineIdOf(name: string): string {
  return `id-of-${name}`;
}

/** A container as it runs when all is well. */
export function healthy(container: ContainerDescription): FoundContainer {
  const { name, group, component, service, kind } = container;
  const running = kind === "service";
  return {
    engineId: engineIdOf(name),
    name,
    group,
    component,
    service,
    kind,
    checkout: undefined,
    state: running ? "running" : "exited",
    health: running ? "healthy" : "none",
    statusText: running ? "Up 3 minutes (healthy)" : "Exited (0) 3 minutes ago",
  };
}

export const networkId = "id-of-network";

/** All is as described: every container exists, is on the network and in the state of its stack. */
export function intact(containers: readonly ContainerDescription[], foundation: string): Reality {
  const stacks = [...new Set(containers.map(({ stack }) => stack))];
  const resource = (type: string, name: string, id: string) => ({
    address: `${type}.${name}`,
    type,
    name,
    id,
    tainted: false,
    attributes: {},
  });
  return {
    found: containers.map((container) => ({
      ...healthy(container),
      exitCode: 0,
      networks: [networkId],
      settings: [],
    })),
    networks: new Map([[`${foundation.replace(/-foundation$/, "")}-dataflow`, { id: networkId, settings: {} }]]),
    checkout: "this-checkout",
    volumes: [],
    states: new Map([
      [foundation, [resource("docker_network", "dataflow", networkId)]],
      ...stacks.map(
        (stack) =>
          [
            stack,
            containers
              .filter((container) => container.stack === stack)
              .map(({ id, name }) => resource("docker_container", id, engineIdOf(name))),
          ] as const,
      ),
    ]),
  };
}
