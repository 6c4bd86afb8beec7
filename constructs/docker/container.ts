import { Container, type ContainerConfig } from "@cdktf/provider-docker/lib/container";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { hashOf } from "../core/content-hash";
import type { Resources } from "../core/service-spec";
import type { DockerStack } from "./docker-stack";

/** What every container of ours has, long-running or not. */
export interface StandardContainer {
  readonly id: string;
  readonly image: string;
  readonly component: string;
  readonly service: string;
  readonly kind: "service" | "init";
  readonly resources: Resources;
  readonly dependsOn: ITerraformDependable[];
  readonly config: Omit<ContainerConfig, "name" | "image" | "labels" | "dependsOn">;
}

/** Log files of one container take at most 30 MB. */
const logOptions = { "max-size": "10m", "max-file": "3" };

/** A container with limits, log rotation, labels, and a replacement for every edit that the provider would lose. */
export function createContainer(scope: Construct, stack: DockerStack, container: StandardContainer): Container {
  const { resources, config } = container;
  const { environment } = stack;
  const created = new Container(scope, container.id, {
    ...config,
    name: `${environment.name}-${container.id}`,
    image: container.image,
    dependsOn: container.dependsOn,
    memory: resources.memoryMiB,
    // Docker's own default differs between hosts with and without swap accounting, so it must be stated.
    memorySwap: -1,
    cpuShares: Math.round((resources.reservedCpus ?? resources.cpus / 4) * 1024),
    logDriver: "json-file",
    logOpts: logOptions,
    securityOpts: ["no-new-privileges:true"],
    labels: labels({
      "datalab.environment": environment.name,
      "datalab.group": stack.group,
      "datalab.component": container.component,
      "datalab.service": container.service,
      "datalab.kind": container.kind,
      // The provider updates these in its state only; a label makes each edit a replacement.
      "datalab.settings": hashOf([config.healthcheck ?? null, config.init ?? false, config.tmpfs ?? null]),
    }),
  });
  // Newer than the classes of 3.6.2.
  created.addOverride("cpus", decimal(resources.cpus));
  created.addOverride("memory_reservation", resources.reservedMemoryMiB ?? Math.floor(resources.memoryMiB / 2));
  return created;
}

/** A number as the provider reads it back: always with a fraction. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function labels(values: Record<string, string>): { label: string; value: string }[] {
  return Object.entries(values).map(([label, value]) => ({ label, value }));
}
