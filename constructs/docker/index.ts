import type { GroupName } from "../../config/schema";
import { Consul } from "../components/consul";
import { Kafka } from "../components/kafka";
import { Minio } from "../components/minio";
import { Postgres } from "../components/postgres";
import { Redis } from "../components/redis";
import type { PlatformEnvironment } from "../core/environment";
import type { GroupStack } from "../core/group-stack";
import type { Target } from "../core/target";
import { DockerGroupStack } from "./docker-group-stack";
import { DockerEngine } from "./engine/docker-engine";
import { FoundationStack } from "./foundation-stack";
import { PublishedPorts } from "./published-ports";

/** A Docker host: every role is played by a container. */
export class DockerTarget implements Target {
  private readonly foundation: FoundationStack;
  private readonly publishedPorts: PublishedPorts;
  private readonly stacks = new Map<string, DockerGroupStack>();
  private registry: Consul | undefined;

  constructor(private readonly environment: PlatformEnvironment) {
    this.foundation = new FoundationStack(environment);
    this.publishedPorts = new PublishedPorts(this.foundation.docker);
  }

  groupStack(group: GroupName): DockerGroupStack {
    const stack = new DockerGroupStack(this.foundation, this.publishedPorts, group);
    this.stacks.set(group, stack);
    return stack;
  }

  serviceRegistry(stack: GroupStack): Consul {
    this.registry = new Consul(stack);
    return this.registry;
  }

  sqlDatabase(stack: GroupStack): Postgres {
    return new Postgres(stack);
  }

  objectStore(stack: GroupStack, buckets: readonly string[]): Minio {
    return new Minio(stack, { buckets });
  }

  messageBroker(stack: GroupStack): Kafka {
    return new Kafka(stack, this.environment.config.kafka);
  }

  cache(stack: GroupStack): Redis {
    return new Redis(stack);
  }

  containerEngine(): DockerEngine {
    return new DockerEngine(this.environment, (group) => {
      const stack = this.stacks.get(group);
      if (!stack) throw new Error(`${this.environment.name} has no group ${group}`);
      return stack;
    });
  }

  cloudLogs(): undefined {
    return undefined;
  }

  addAgents(stacks: readonly GroupStack[]): void {
    for (const stack of stacks) this.registry?.addAgent(stack);
  }
}
