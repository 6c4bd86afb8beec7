import type { Container } from "@cdktf/provider-docker/lib/container";
import { addressAt } from "../core/address-at";
import type { Lowering } from "../core/launch";
import type { Runtime } from "../core/group-stack";
import type { StackOrder } from "../core/order";
import type { Address, Endpoint } from "../core/reference";
import type { DockerGroupStack } from "./docker-group-stack";
import { secretInShell, secretPath } from "./secrets";
import { serviceContainers } from "./service-containers";
import { stepContainer } from "./step-container";
import { targetText } from "./target-text";

/** Lowers what a group runs to containers of the group's stack. */
export class DockerRuntime implements Runtime {
  readonly hashesSecrets = true;
  private readonly lowering: Lowering;

  constructor(private readonly stack: DockerGroupStack) {
    this.lowering = {
      address: (address) => this.address(address),
      targetText: (text) => targetText(stack, text),
      secretInShell,
      secretFile: secretPath,
    };
  }

  lower({ units, stacks }: StackOrder): void {
    this.stack.standOn(stacks);
    const made = new Map<string, readonly Container[]>();
    for (const unit of units) {
      const after = unit.after.flatMap((id) => made.get(id) ?? []);
      const containers =
        unit.kind === "service"
          ? serviceContainers(this.stack, unit, after, this.lowering)
          : [stepContainer(this.stack, unit, after, this.lowering)];
      made.set(unit.id, containers);
    }
  }

  address({ endpoint, form, from }: Address): string {
    const host = from === "platform" ? endpoint.service : this.stack.operatorHost;
    const port = from === "platform" ? endpoint.port : this.operatorPort(endpoint);
    if (port === undefined) throw new Error(`${endpoint.id} is not published to the operator`);
    return addressAt(endpoint, form, host, port);
  }

  operatorPort(endpoint: Endpoint): number | undefined {
    return this.stack.publishedPorts.portOf(endpoint);
  }
}
