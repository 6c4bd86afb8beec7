import { Network } from "@cdktf/provider-docker/lib/network";
import type { Service } from "../core/component-record";
import { type EngineMode, engineModes } from "../core/host-access";
import { addressOf } from "./address";
import type { DockerGroupStack } from "./docker-group-stack";

/** A network as a container joins it. */
export interface JoinedNetwork {
  /** The engine's name of it. */
  readonly name: string;
  /** The same for Terraform, which makes a network of the same stack first. */
  readonly reference: string;
}

/**
 * The networks of a service: the environment's, and one for each way into the engine that it has. The proxy in
 * front of the engine is on the latter alone.
 */
export function networksOf(stack: DockerGroupStack, { component, spec }: Service): JoinedNetwork[] {
  const { networkName } = stack.foundation;
  if (component.engineMode !== undefined) return [stack.engineNetwork(component.engineMode)];
  return [
    { name: networkName, reference: networkName },
    ...engineModes(spec.host ?? []).map((mode) => stack.engineNetwork(mode)),
  ];
}

/** The network between the proxy in front of the engine and its users; it leads nowhere else. */
export function createEngineNetwork(stack: DockerGroupStack, mode: EngineMode): JoinedNetwork {
  const id = `engine-${mode}`;
  const name = `${stack.environment.name}-${id}-${stack.group}`;
  const network = new Network(stack, id, { name, internal: true });
  stack.facts.networks.push(name);
  stack.facts.addresses[name] = addressOf(network);
  return { name, reference: network.name };
}
