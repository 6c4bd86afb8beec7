import { Network } from "@cdktf/provider-docker/lib/network";
import { Volume } from "@cdktf/provider-docker/lib/volume";
import type { PlatformEnvironment } from "../core/environment";
import { addressOf } from "./address";
import { checkoutExpression, checkoutLabel } from "./checkout";
import { DockerStack } from "./docker-stack";
import type { ImagesStack } from "./images";

/** What outlives every group: the network, and the volumes with data. */
export class FoundationStack extends DockerStack {
  readonly kind = "foundation";
  readonly group = undefined;
  readonly networkName: string;
  /** The stack that builds an image of our own, by the image's name: none is built twice. */
  readonly builders = new Map<string, ImagesStack>();

  constructor(environment: PlatformEnvironment) {
    super(environment, "foundation");
    this.networkName = `${environment.name}-dataflow`;
    const network = new Network(this, "dataflow", { name: this.networkName });
    this.facts.networks.push(this.networkName);
    this.facts.addresses[this.networkName] = addressOf(network);
  }

  /**
   * A volume that Terraform refuses to delete, made when it is asked for first. Its label tells which checkout made it; an existing volume keeps the
   * labels that it has, so that a lost state re-adopts it.
   */
  dataVolume(id: string): string {
    const name = `${this.environment.name}-${id}`;
    if (this.facts.volumes.includes(name)) return name;
    const volume = new Volume(this, id, {
      name,
      labels: [{ label: checkoutLabel, value: checkoutExpression() }],
      lifecycle: { preventDestroy: true, ignoreChanges: ["labels", "driver_opts"] },
    });
    this.facts.volumes.push(name);
    this.facts.addresses[name] = addressOf(volume);
    return name;
  }
}
