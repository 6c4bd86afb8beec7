import { LocalBackend } from "cdktf";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import type { DockerConfig } from "../../config/schema";
import type { PlatformEnvironment } from "../core/environment";
import { noFacts } from "../core/facts";
import { PlatformStack } from "../core/platform-stack";
import { topFromStack } from "./top-from-stack";

/**
 * Version of kreuzwerker/docker. The classes are generated from 3.6.2, whose plan deletes stopped containers
 * and which panics on `cpus`; 4.5.0 has the same schema and more (docs/decisions/0003-docker-provider.md).
 */
export const dockerProviderVersion = "4.5.0";

/** A stack with the Docker provider and its state in `.datalab/state`. */
export abstract class DockerStack extends PlatformStack {
  readonly facts = noFacts();

  constructor(environment: PlatformEnvironment, part: string) {
    super(environment, part);
    new DockerProvider(this, "docker", {});
    this.addOverride("terraform.required_providers.docker.version", dockerProviderVersion);
    new LocalBackend(this, { path: `${topFromStack}/.datalab/state/${this.node.id}.tfstate` });
  }

  /**
   * Nothing: cdktf renders every resource a first time here, to find references between stacks.
   * Docker stacks refer to each other by name, as plain text, and have none.
   */
  override prepareStack(): void {
    return;
  }

  /** The configuration of a Docker environment. */
  get docker(): DockerConfig {
    const { config } = this.environment;
    if (config.target !== "docker") throw new Error(`${this.environment.name} is not a Docker environment`);
    return config;
  }
}
